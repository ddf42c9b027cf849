import pytest

from inbox import actions
from inbox.models import Letter

pytestmark = pytest.mark.django_db


def test_a_subject_sends_one_letter_to_a_member(write, alice):
    letter = write()
    again = Letter(
        recipient=alice, kind="mention", title="x", url="/", subject_key=letter.subject_key
    )
    actions.send([again])
    assert list(Letter.objects.all()) == [letter]


def test_withdrawing_a_subject_leaves_others(write):
    write(subject_key="board/1/post/1/comment/1/")
    write(subject_key="board/1/post/1/comment/11/")
    actions.withdraw("board/1/post/1/comment/1/")
    assert [letter.subject_key for letter in Letter.objects.all()] == ["board/1/post/1/comment/11/"]


def test_withdrawing_a_board_takes_all_within_it_but_for_its_readers(write, alice, bob):
    write(subject_key="board/1/post/1/")
    write(subject_key="board/1/post/1/comment/2/")
    kept = write(subject_key="board/1/post/2/", recipient=bob)
    beside = write(subject_key="board/11/post/3/")
    actions.withdraw_within("board/1/", keep=[bob.pk])
    assert set(Letter.objects.all()) == {kept, beside}


def test_letters_go_with_their_recipient(write, alice):
    write()
    alice.delete()
    assert not Letter.objects.exists()
