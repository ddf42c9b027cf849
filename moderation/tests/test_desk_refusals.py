"""What can't be done from the desk is not offered, is told before one types, and loses no words."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Board, Moderator
from discussions.actions.posts import submit_post
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions import appeals, content
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Appeal, Case

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"
WORDS = "Typed with much care."


@pytest.fixture
def case(a: Board, post: Post, ben: Member) -> Case:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made
    return made.case


@pytest.fixture
def of_mo(a: Board, mo: Member, amy: Member, ben: Member) -> Case:
    """About what the owner wrote."""
    post = submit_post(author=mo, board=a, title="By the owner")
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made
    return made.case


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_a_card_offers_nothing_against_who_stands_higher(
    of_mo: Case, case: Case, amy: Member, olga: Member
) -> None:
    page = signed_in(amy).get(QUEUE).content.decode()
    for deed in ("remove", "spam", "lock", "warn", "mute", "ban", "sweep"):
        assert f'value="{deed}:{of_mo.pk}"' not in page
        assert f'value="{deed}:{case.pk}"' in page
        alone = signed_in(amy).get(f"{QUEUE}{of_mo.pk}/change/").content.decode()
        assert f'value="{deed}:' not in alone
    for deed in ("approve", "pass_on", "note", "claim"):
        assert f'value="{deed}:{of_mo.pk}"' in page
    assert f'value="remove:{of_mo.pk}"' in signed_in(olga).get(QUEUE).content.decode()


def test_who_ticks_it_is_told_before_they_type(of_mo: Case, case: Case, amy: Member) -> None:
    desk, fields = signed_in(amy), {"action": "remove"}
    both = desk.post(QUEUE, fields | {"_selected_action": [of_mo.pk, case.pk]})  # type: ignore[dict-item]
    assert "You can't act on someone of the same or a higher rank" in said(both)
    page = both.content.decode()
    assert f'name="_selected_action" value="{case.pk}"' in page
    assert f'name="_selected_action" value="{of_mo.pk}"' not in page
    alone = desk.post(QUEUE, fields | {"_selected_action": str(of_mo.pk)}, follow=True)
    assert "By the owner" in said(alone)
    assert 'name="confirmed"' not in alone.content.decode()


def test_the_ranks_of_all_authors_cost_one_query(a: Board, amy: Member, ben: Member) -> None:
    def queries() -> int:
        desk = signed_in(amy)
        desk.get(QUEUE)
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(QUEUE).status_code == 200
        return len(asked)

    def reported(name: str) -> None:
        author = Member.objects.create_user(name, "a password")
        Moderator.objects.create(board=a, member=author)
        post = submit_post(author=author, board=a, title=name)
        report(reporter=ben, board=a, target=post, reason="x")

    reported("zoe")
    before = queries()
    for number in range(5):
        reported(f"member{number}")
    assert queries() == before


@pytest.mark.parametrize("deed", ["remove", "ban", "note"])
def test_the_second_moderator_is_told_on_opening_the_page(
    deed: str, case: Case, post: Post, mo: Member, amy: Member
) -> None:
    content.approve(post, By(amy), case=case)
    opened = signed_in(mo).post(QUEUE, {"one": f"{deed}:{case.pk}"}, follow=True)
    assert "amy was here before: approved." in said(opened)
    assert 'name="confirmed"' not in opened.content.decode()


def test_words_are_kept_where_another_decided_meanwhile(
    case: Case, post: Post, mo: Member, amy: Member
) -> None:
    fields = {"one": f"remove:{case.pk}", "confirmed": "1", "reason": WORDS}
    content.approve(post, By(amy), case=case)
    sent = signed_in(mo).post(QUEUE, fields, follow=True)
    assert "amy was here before: approved." in said(sent)
    assert WORDS in sent.content.decode()
    post.refresh_from_db()
    assert post.is_live
    again = signed_in(mo).post(QUEUE, fields | {"reason": " "}, follow=True)
    assert 'name="confirmed"' not in again.content.decode(), "there is nothing to lose"


def test_words_are_kept_where_the_author_was_appointed_meanwhile(
    a: Board, case: Case, ann: Member, amy: Member
) -> None:
    Moderator.objects.create(board=a, member=ann)
    fields = {"one": f"remove:{case.pk}", "confirmed": "1", "reason": WORDS}
    sent = signed_in(amy).post(QUEUE, fields, follow=True)
    assert "higher rank" in said(sent)
    assert WORDS in sent.content.decode()


def test_a_double_click_shows_no_form_again(case: Case, mo: Member) -> None:
    for _twice in range(2):
        fields = {"one": f"remove:{case.pk}", "confirmed": "1", "reason": WORDS}
        sent = signed_in(mo).post(QUEUE, fields, follow=True)
        assert 'name="confirmed"' not in sent.content.decode()
    assert Act.objects.filter(verb="remove").count() == 1


def test_an_answer_to_an_appeal_is_kept_too(
    post: Post, ann: Member, mo: Member, amy: Member, second: Member
) -> None:
    act = content.remove(post, By(mo))
    assert act
    made = appeals.appeal(member=ann, act=act, text="Why?")
    appeals.decide(made, By(amy), Appeal.State.UPHELD)
    fields = {
        "queue": "appeals", "one": f"overturn:{made.pk}", "confirmed": "1", "answer": WORDS,
    }  # fmt: skip
    late = signed_in(second).post(QUEUE, fields, follow=True)
    assert "Somebody decided this already." in said(late)
    assert WORDS in late.content.decode()
    own = signed_in(amy).post(QUEUE, fields, follow=True)
    assert WORDS not in own.content.decode()
