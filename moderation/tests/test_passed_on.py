"""Cases that moderators passed to the staff: decided by them alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Member
from boards.models import Board, Moderator
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions import cases, content, desk, people
from moderation.actions.batches import ban_and_remove
from moderation.actions.desk import DEEDS, Wishes
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act, Case, Report

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"


@pytest.fixture
def case(a: Board, post: Post, ben: Member, amy: Member) -> Case:
    """Ben reported Ann's post, and Amy passed it to the staff."""
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made is not None
    cases.pass_on(made.case, By(amy))
    return Case.objects.get()


@pytest.mark.parametrize("deed", sorted(set(DEEDS) - {"note", "pass_on"}))
@pytest.mark.parametrize("who", ["amy", "mo"])
def test_no_moderator_decides_it(
    deed: str, who: str, case: Case, amy: Member, mo: Member, post: Post
) -> None:
    before = Act.objects.count(), Case.objects.values().get(), Post.objects.values().get()
    by = By({"amy": amy, "mo": mo}[who])
    with pytest.raises(PermissionDenied, match="passed on to the staff"):
        desk.decide(case, by, deed, Wishes(reason="x", note="x"))
    assert (Act.objects.count(), Case.objects.values().get(), Post.objects.values().get()) == before


def test_the_desk_says_why(case: Case, amy: Member, post: Post) -> None:
    client = signed_in(amy)
    sent = client.post(QUEUE, {"one": f"approve:{case.pk}"}, follow=True)
    assert "passed on to the staff" in " ".join(map(str, sent.context["messages"]))
    assert Case.objects.open().filter(pk=case.pk).exists()


def test_the_staff_decide_it(case: Case, stan: Member, ben: Member) -> None:
    desk.decide(case, By(stan), "approve", Wishes())
    case.refresh_from_db()
    assert (case.closed_by, case.approved) == (stan, True)
    assert case.reports.get().outcome == Report.Outcome.KEPT


@pytest.mark.parametrize(
    "deed",
    [
        lambda post, by: content.approve(post, by),
        lambda post, by: content.approve(post, by, ignore_reports=True),
    ],
)
def test_no_moderator_finds_it_all_right_beside_the_queue(
    deed: Callable[[Post, By], Any], case: Case, post: Post, amy: Member
) -> None:
    with pytest.raises(PermissionDenied):
        deed(post, By(amy))
    assert Case.objects.open().exists()


@pytest.mark.parametrize(
    "deed",
    [
        lambda post, by: content.remove(post, by),
        lambda post, by: ban_and_remove(post.author, post.board, by),
    ],
)
def test_a_text_that_must_go_at_once_goes_and_the_case_stays(
    deed: Callable[[Post, By], Any], case: Case, post: Post, amy: Member, stan: Member
) -> None:
    deed(post, By(amy))
    post.refresh_from_db()
    assert post.removed_at is not None
    assert Case.objects.open().filter(pk=case.pk).exists()
    assert case.reports.get().outcome == Report.Outcome.OPEN
    desk.decide(case, By(stan), "remove", Wishes())
    assert case.reports.get().outcome == Report.Outcome.ACTED


def test_a_rule_does_not_decide_it(case: Case, post: Post) -> None:
    content.remove(post, By(source=Act.Source.RULE, rule="No rudeness"))
    assert Case.objects.open().filter(pk=case.pk).exists()


def test_a_member_s_case_is_the_staff_s_too(
    a: Board, ann: Member, ben: Member, mo: Member, stan: Member
) -> None:
    made = report(reporter=ben, board=a, target=ann, reason="Rude.")
    assert made is not None
    cases.pass_on(made.case, By(mo))
    with pytest.raises(PermissionDenied):
        people.approve(ann, a, By(mo))
    people.ban(ann, a, By(mo))
    assert Case.objects.open().count() == 1
    people.warn(ann, a, By(stan), reason="x")
    assert not Case.objects.open().exists()


def test_no_moderator_takes_the_staff_s_decision_back(
    case: Case, post: Post, mo: Member, stan: Member, olga: Member
) -> None:
    act = content.approve(post, By(stan))
    assert act is not None
    with pytest.raises(PermissionDenied):
        undo(act, By(mo))
    assert not Act.objects.filter(undoes=act).exists()
    undo(act, By(olga))
    assert Case.objects.open().exists()


def test_claiming_asks_what_deciding_asks(
    a: Board, case: Case, ann: Member, ben: Member, amy: Member, mo: Member, stan: Member
) -> None:
    about_member = report(reporter=ben, board=a, target=ann, reason="Rude.")
    assert about_member is not None
    Moderator.objects.filter(member=amy).update(may_members=False)
    for one, member in ((case, amy), (case, mo), (about_member.case, amy), (case, ben)):
        with pytest.raises(PermissionDenied):
            cases.claim(one, member)
        with pytest.raises(PermissionDenied):
            cases.release(one, By(member))
    assert cases.claim(case, stan)
    assert cases.claim(about_member.case, mo)
    for one in (case, about_member.case):
        one.refresh_from_db()
    assert (case.claimed_by, about_member.case.claimed_by) == (stan, mo)


def test_it_is_still_decided_once(case: Case, stan: Member, olga: Member) -> None:
    desk.decide(case, By(stan), "approve", Wishes())
    with pytest.raises(ValidationError):
        desk.decide(case, By(olga), "approve", Wishes())


def test_the_staff_s_word_on_what_was_removed_meanwhile_is_kept(
    case: Case, stan: Member, mo: Member, ann: Member, post: Post
) -> None:
    content.remove(post, By(mo))
    assert Case.objects.open().filter(pk=case.pk).exists()
    desk.decide(case, By(stan), "spam", Wishes(reason="Sold things.", note="Again."))
    act = Act.objects.latest("pk")
    assert (act.verb, act.reason, act.note) == ("spam", "Sold things.", "Again.")
    assert any("Sold things." in letter.excerpt for letter in ann.letters.all())
