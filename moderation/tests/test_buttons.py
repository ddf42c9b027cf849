"""No button is shown that would only be refused, and moderators see what is reported."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Ban, Board
from discussions.actions.comments import reply
from discussions.models import Comment, Post, Visit
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import cases, content, people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Case

QUEUE = "/admin/moderation/case/"


@pytest.fixture
def page(post: Post) -> Any:
    return lambda member: signed_in(member).get(post.get_absolute_url()).content.decode()


def test_nothing_is_offered_against_who_stands_as_high(
    post: Post, ann: Member, amy: Member, mo: Member, stan: Member, page: Any
) -> None:
    theirs = {who: reply(author=who, post=post, text="x") for who in (ann, amy, mo, stan)}

    def offered(viewer: Member) -> set[Member]:
        shown = page(viewer)
        return {who for who, made in theirs.items() if f"/c/{made.pk}/remove/" in shown}

    assert offered(amy) == {ann, amy}
    assert offered(mo) == {ann, amy, mo}
    assert offered(stan) == {ann, amy, mo, stan}
    Post.objects.filter(pk=post.pk).update(author=mo)
    shown = page(amy)
    for deed in ("remove", "spam", "reason", "lock", "ban"):
        assert f'{post.address}{deed}/"' not in shown
    assert f'{post.address}pin/"' in shown


def test_it_costs_the_same_however_many_wrote(
    post: Post, ann: Member, ben: Member, amy: Member, mo: Member
) -> None:
    def write() -> None:
        for who in (ann, ben, mo, amy):
            made = reply(author=who, post=post, text="x")
            if who == ann:
                report(reporter=ben, board=post.board, target=made, reason="Rude.")

    def count() -> int:
        Visit.objects.all().delete()  # else what is new is asked for as well
        with CaptureQueriesContext(connection) as made:
            client.get(post.get_absolute_url())
        return len(made)

    client = signed_in(amy)
    write()
    client.get(post.get_absolute_url())
    before = count()
    for _time in range(3):
        write()
    assert count() == before


def test_what_is_reported_is_marked_for_moderators(
    post: Post, comment: Comment, ann: Member, ben: Member, amy: Member, page: Any
) -> None:
    made = reply(author=ann, post=post, text="x")
    assert ">1 report<" not in page(amy)
    report(reporter=ben, board=post.board, target=made, reason="Rude.")
    shown = page(amy)
    assert shown.count(">1 report<") == 1
    assert f"/c/{made.pk}/approve/" in shown
    for who in (ann, ben):
        assert ">1 report<" not in page(who)
    more = signed_in(amy).get(f"{post.address}c/{made.pk}/reason/").content.decode()
    for deed in ("approve", "lock", "ban"):
        assert f"/c/{made.pk}/{deed}/" in more


@pytest.mark.parametrize("is_mute", [False, True])
def test_who_is_banned_is_not_offered_to_edit(
    is_mute: bool, a: Board, post: Post, comment: Comment, ann: Member, page: Any
) -> None:
    Comment.objects.update(author=ann)
    edits = (f'{post.address}edit/"', f'/c/{comment.pk}/edit/"')
    assert all(edit in page(ann) for edit in edits)
    Ban.objects.create(board=a, member=ann, is_mute=is_mute)
    assert not any(edit in page(ann) for edit in edits)


def test_what_somebody_higher_removed_has_no_restore(
    post: Post, comment: Comment, amy: Member, mo: Member
) -> None:
    theirs, own = content.remove(post, By(mo)), content.remove(comment, By(amy))
    assert theirs is not None
    assert own is not None
    shown = signed_in(amy).get(QUEUE, {"queue": "removed"}).content.decode()
    assert f'id="removed-{theirs.pk}"' in shown
    assert f'value="restore:{own.pk}"' in shown
    assert f'value="restore:{theirs.pk}"' not in shown


def test_undo_comes_back_to_where_it_was_and_tells_the_member(
    a: Board, post: Post, ann: Member, amy: Member
) -> None:
    client = signed_in(amy)
    page = f"http://testserver{post.get_absolute_url()}"
    for referer, way in ((page, page), ("https://evil.test/", a.get_absolute_url())):
        act = people.ban(ann, a, By(amy), reason=referer)
        answer = client.post(f"/acts/{act.pk}/undo/", headers={"referer": referer})
        assert answer["Location"] == way
    assert set(Letter.objects.filter(recipient=ann).values_list("title", flat=True)) == {
        "You may take part in b/board_a again"
    }


def test_the_desk_does_not_tell_of_what_it_did_not_do(a: Board, post: Post, amy: Member) -> None:
    case = cases.open_case(a, post, Case.Kind.REPORTED)
    for deed in ("unlock", "unpin"):
        sent = {"queue": "reported", "action": deed, "_selected_action": case.pk}
        page = signed_in(amy).post(QUEUE, sent, follow=True).content.decode()
        assert "there was nothing to do" in page
        assert "Unlocked" not in page
        assert "Unpinned" not in page
