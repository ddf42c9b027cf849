"""Who takes back what: not what someone higher did, nor what was done about oneself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Member
from boards.models import Ban, Board
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import appeals, batches, cases, content, desk, people
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.actions.reports import mute_reporter, report
from moderation.actions.undo import can_undo, undo
from moderation.models import Act, Appeal, Case, MutedReporter, Report
from moderation.tests.conftest import row

State = Appeal.State


def last() -> Act:
    return Act.objects.latest("pk")


def told(member: Member) -> list[str]:
    letters = Letter.objects.filter(recipient=member, kind=Letter.Kind.MODERATION)
    return list(letters.values_list("subject_key", flat=True))


@pytest.fixture
def removal(post: Post, amy: Member) -> Act:
    act = content.remove(post, By(amy), reason="Rule 1.")
    assert act is not None
    return act


@pytest.fixture
def appealed(removal: Act, ann: Member) -> Appeal:
    return appeals.appeal(member=ann, act=removal, text="Why?")


# --- Answers, and what an appeal decided


@pytest.mark.parametrize("who", ["amy", "mo", "olga", None])
def test_what_an_appeal_overturned_is_not_undone(
    appealed: Appeal, post: Post, amy: Member, mo: Member, olga: Member, who: str | None
) -> None:
    appeals.decide(appealed, By(mo), State.OVERTURNED)
    actor = {"amy": amy, "mo": mo, "olga": olga}[who] if who else None
    with pytest.raises(ValidationError, match="anew"):
        undo(last(), By(actor))
    assert can_undo(Act.objects.all()) == []
    post.refresh_from_db()
    assert post.is_live


def test_what_an_appeal_upheld_is_not_undone(appealed: Appeal, amy: Member, mo: Member) -> None:
    appeals.decide(appealed, By(mo), State.UPHELD)
    for act in (appealed.act, last()):
        with pytest.raises(ValidationError, match="anew"):
            undo(act, By(amy))


def test_an_undo_is_not_undone(removal: Act, post: Post, amy: Member, mo: Member) -> None:
    undone = undo(removal, By(amy))
    for member in (amy, mo):
        with pytest.raises(ValidationError, match="anew"):
            undo(undone, By(member))
    post.refresh_from_db()
    assert post.is_live
    assert content.remove(post, By(amy), reason="After all.")


# --- What goes against somebody is that act anew


def test_what_is_removed_again_is_told_and_appealed_against(
    removal: Act, post: Post, ann: Member, amy: Member, mo: Member
) -> None:
    restored = content.restore(post, By(amy))
    assert restored
    again = undo(restored, By(amy))
    assert (again.verb, again.reason, again.undoes) == ("remove", "Rule 1.", restored)
    assert letters_key(again) in told(ann)
    assert letters_key(restored) not in told(ann)
    made = appeals.appeal(member=ann, act=again, text="Why?")
    appeals.decide(made, By(mo), State.OVERTURNED)
    post.refresh_from_db()
    assert post.is_live


def letters_key(act: Act) -> str:
    return f"act/{act.pk}/"


@pytest.mark.parametrize("verb", ["lock", "hold"])
def test_so_is_what_is_locked_or_held_again(
    verb: str, post: Post, ann: Member, amy: Member
) -> None:
    if verb == "lock":
        content.set_locked(post, By(amy), locked=True)
        act = content.set_locked(post, By(amy), locked=False)
    else:
        content.hold(post, By())
        act = content.approve(post, By(amy))
        assert not Case.objects.open().exists()
    assert act is not None
    again = undo(act, By(amy))
    assert again.verb == verb
    assert letters_key(again) in told(ann)
    kinds = list(Case.objects.open().values_list("kind", flat=True))
    assert kinds == (["held"] if verb == "hold" else [])


def test_a_removal_of_held_text_overturned_waits_in_the_queue(
    post: Post, ann: Member, amy: Member, mo: Member
) -> None:
    content.hold(post, By())
    act = content.remove(post, By(amy))
    assert act is not None
    made = appeals.appeal(member=ann, act=act, text="Why?")
    appeals.decide(made, By(mo), State.OVERTURNED)
    assert Case.objects.open().get().kind == Case.Kind.HELD


def test_a_ban_in_force_again_is_told_and_made_shorter(
    a: Board, ben: Member, amy: Member, mo: Member
) -> None:
    until = timezone.now() + timedelta(days=9)
    people.ban(ben, a, By(amy), until=until, reason="Spam.")
    lifted = people.lift(ben, a, By(amy))
    assert lifted
    again = undo(lifted, By(amy))
    assert (again.verb, again.reason, again.until) == ("ban", "Spam.", until)
    assert letters_key(again) in told(ben)
    made = appeals.appeal(member=ben, act=again, text="Why?")
    soon = timezone.now() + timedelta(days=1)
    appeals.decide(made, By(mo), State.REDUCED, until=soon)
    assert Ban.objects.get().until == soon


def test_no_moderator_takes_the_owner_s_text_off_by_an_undo(
    a: Board, mo: Member, amy: Member, stan: Member
) -> None:
    mine = submit_post(board=a, author=mo, title="x")
    content.remove(mine, By(stan))
    restored = content.restore(mine, By(stan))
    content.set_locked(mine, By(stan), locked=True)
    opened = content.set_locked(mine, By(stan), locked=False)
    # As if a moderator had: then rank alone stands in the way.
    by_amy = [
        Act.objects.create(
            verb=act.verb, board=a, actor=amy, role="moderator", post=mine, member=mo,
            before=act.before,
        )
        for act in (restored, opened)
        if act
    ]  # fmt: skip
    before = row(mine)
    for act in (restored, opened, *by_amy):
        assert act is not None
        with pytest.raises(PermissionDenied, match="rank"):
            undo(act, By(amy))
    assert row(mine) == before


# --- Rank


TAKERS: dict[str, Callable[[Any, Act, By], Any]] = {
    "undo": lambda text, act, by: undo(act, by),
    "restore": lambda text, act, by: content.restore(text, by),
    "approve": lambda text, act, by: content.approve(text, by),
}


@pytest.mark.parametrize("how", TAKERS)
@pytest.mark.parametrize("who", ["mo", "stan", None])
def test_nobody_shows_what_someone_higher_removed(
    how: str, who: str | None, post: Post, mo: Member, amy: Member, stan: Member
) -> None:
    by = By({"mo": mo, "stan": stan}[who]) if who else By(source=Act.Source.COMMAND)
    act = content.remove(post, by)
    assert act is not None
    for member in (amy, mo) if who != "mo" else (amy,):
        with pytest.raises(PermissionDenied, match="higher rank"):
            TAKERS[how](post, act, By(member))
    assert TAKERS[how](post, act, by)
    post.refresh_from_db()
    assert post.is_live


def test_nobody_unlocks_or_labels_anew_what_someone_higher_did(
    post: Post, mo: Member, amy: Member
) -> None:
    content.set_locked(post, By(mo), locked=True)
    content.set_labels(post, By(mo), nsfw=True, spoiler=False)
    content.set_labels(post, By(amy), nsfw=True, spoiler=True)
    with pytest.raises(PermissionDenied, match="higher rank"):
        content.set_locked(post, By(amy), locked=False)
    with pytest.raises(PermissionDenied, match="higher rank"):
        content.set_labels(post, By(amy), nsfw=False, spoiler=True)
    assert content.set_labels(post, By(amy), nsfw=True, spoiler=False)


@pytest.mark.parametrize("who", ["mo", "stan"])
def test_nobody_changes_a_ban_by_someone_higher(
    who: str, a: Board, ben: Member, mo: Member, amy: Member, stan: Member
) -> None:
    by = By({"mo": mo, "stan": stan}[who])
    act = people.ban(ben, a, by, reason="Spam.")
    deeds: list[Callable[[], Any]] = [
        lambda: undo(act, By(amy)),
        lambda: people.lift(ben, a, By(amy)),
        lambda: people.ban(ben, a, By(amy), mute=True),
        lambda: people.ban(ben, a, By(amy), until=timezone.now() + timedelta(days=1)),
    ]
    for deed in deeds:
        with pytest.raises(PermissionDenied, match="higher rank"):
            deed()
    made = appeals.appeal(member=ben, act=act, text="Why?")
    appeals.decide(made, By(amy), State.OVERTURNED)
    assert not Ban.objects.exists()


def test_a_ban_that_has_ended_binds_nobody(a: Board, ben: Member, mo: Member, amy: Member) -> None:
    people.ban(ben, a, By(mo), until=timezone.now() + timedelta(days=1))
    Ban.objects.update(until=timezone.now() - timedelta(days=1))
    assert people.ban(ben, a, By(amy))


# --- About oneself


def test_nobody_judges_what_was_done_about_their_own_text(
    a: Board, mo: Member, amy: Member, second: Member
) -> None:
    mine = submit_post(board=a, author=amy, title="y")
    by = By(mo)
    locked = content.set_locked(mine, by, locked=True)
    labelled = content.set_labels(mine, by, nsfw=True, spoiler=False)
    for act in (locked, labelled):
        assert act is not None
        with pytest.raises(PermissionDenied, match="you wrote it"):
            undo(act, By(amy))
    with pytest.raises(PermissionDenied, match="you wrote it"):
        content.set_locked(mine, By(amy), locked=False)
    with pytest.raises(PermissionDenied, match="you wrote it"):
        content.set_labels(mine, By(amy), nsfw=False, spoiler=False)
    mo_s = submit_post(board=a, author=mo, title="z")
    content.set_locked(mo_s, By(mo), locked=True)
    assert content.set_locked(mo_s, By(mo), locked=False)


@pytest.mark.parametrize("how", ["command", "rule", "account gone"])
def test_nor_what_nobody_is_left_to_answer_for(
    how: str, a: Board, mo: Member, amy: Member, olga: Member
) -> None:
    mine = submit_post(board=a, author=amy, title="y")
    if how == "account gone":
        content.remove(mine, By(olga))
        olga.delete()
    else:
        content.remove(mine, By(source=how, rule="x" if how == "rule" else ""))
    mine.refresh_from_db()
    for deed in (content.restore, content.approve):
        with pytest.raises(PermissionDenied, match="you wrote it"):
            deed(mine, By(amy))


@pytest.mark.parametrize("about", ["text", "member"])
def test_nobody_handles_reports_about_themselves(
    about: str, a: Board, amy: Member, ben: Member, mo: Member
) -> None:
    target = amy if about == "member" else submit_post(board=a, author=amy, title="y")
    made = report(reporter=ben, board=a, target=target, reason="Rude.")
    assert made is not None
    case = Case.objects.with_targets().get()
    before = Act.objects.count()
    for deed in desk.DEEDS:
        with pytest.raises(PermissionDenied):
            desk.decide(case, By(amy), deed, Wishes(note="x", reason="x"))
    direct: list[Callable[[], Any]] = [
        lambda: desk.sweep(case, By(amy), Wishes()),
        lambda: cases.claim(case, amy),
        lambda: cases.pass_on(case, By(amy)),
        lambda: mute_reporter(made, By(amy), handle="#1"),
    ]
    if isinstance(target, Post):
        direct += [lambda: content.approve(target, By(amy), ignore_reports=True)]
    else:
        direct += [lambda: people.approve(target, a, By(amy))]
    for deed in direct:  # type: ignore[assignment]
        with pytest.raises(PermissionDenied):
            deed()  # type: ignore[operator]
    assert Act.objects.count() == before
    assert not MutedReporter.objects.exists()
    desk.decide(case, By(mo), "approve", Wishes())
    assert not Case.objects.open().exists()


@pytest.mark.parametrize("about", ["text", "member"])
def test_nobody_sees_reports_about_themselves(
    about: str, a: Board, post: Post, amy: Member, ben: Member, mo: Member
) -> None:
    target = amy if about == "member" else submit_post(board=a, author=amy, title="y")
    for one in (target, post):
        assert report(reporter=ben, board=a, target=one, reason="Rude.")
    theirs = Report.objects.order_by("pk")[0]
    for member, waiting in ((amy, 1), (mo, 2)):
        client = signed_in(member)
        page = client.get("/admin/moderation/case/")
        assert len(page.context["cards"]) == waiting
        assert page.context["waits"][0].count == str(waiting)
        reports = client.get("/admin/moderation/report/").context["cl"]
        assert reports.result_count == waiting
        for model, pk in (("case", theirs.case_id), ("report", theirs.pk)):
            answer = client.get(f"/admin/moderation/{model}/{pk}/change/")
            assert (answer.status_code == 200) is (member == mo), model


def test_nobody_ignores_reports_of_their_own_text_beforehand(a: Board, amy: Member) -> None:
    mine = submit_post(board=a, author=amy, title="y")
    with pytest.raises(PermissionDenied):
        content.approve(mine, By(amy), ignore_reports=True)
    assert not Case.objects.exists()


def test_who_takes_their_own_text_off_leaves_its_case_to_others(
    a: Board, amy: Member, ben: Member
) -> None:
    mine = submit_post(board=a, author=amy, title="y")
    assert report(reporter=ben, board=a, target=mine, reason="Rude.")
    assert content.remove(mine, By(amy))
    assert Case.objects.open().exists()


# --- Batches


def test_a_batch_is_undone_but_for_what_they_may_not(
    post: Post, comment: Comment, a: Board, ann: Member, amy: Member, mo: Member, second: Member
) -> None:
    batch = uuid4()
    mine = submit_post(board=a, author=amy, title="y")
    theirs = submit_post(board=a, author=ann, title="z")
    for text, by in ((post, second), (mine, mo), (theirs, mo), (comment, second)):
        content.remove(text, By(by, batch=batch))
    assert batches.undo_batch(batch, By(amy)) == (2, 2)
    live = set(Post.objects.live().filter(pk__in=[post.pk, mine.pk, theirs.pk]))
    assert live == {post}
    assert batches.undo_batch(batch, By(mo)) == (2, 0)


def test_a_batch_does_nothing_for_strangers(removal: Act, post: Post, ben: Member) -> None:
    batch = uuid4()
    theirs = submit_post(board=post.board, author=ben, title="z")
    content.remove(theirs, By(batch=batch))
    assert batches.undo_batch(batch, By(ben)) == (0, 1)


def test_a_batch_answers_the_appeals(a: Board, ann: Member, post: Post, mo: Member) -> None:
    batch = batches.ban_and_remove(ann, a, By(mo))
    for act in Act.objects.filter(batch=batch):
        appeals.appeal(member=ann, act=act, text="Why?")
    batches.undo_batch(batch, By(mo))
    assert set(Appeal.objects.values_list("state", flat=True)) == {State.OVERTURNED}


# --- Appeals whose act ended in another way


@pytest.mark.parametrize("deed", [content.restore, content.approve])
def test_showing_a_text_answers_its_appeal(
    deed: Callable[..., Any], appealed: Appeal, post: Post, ann: Member, amy: Member
) -> None:
    deed(post, By(amy))
    appealed.refresh_from_db()
    assert (appealed.state, appealed.decided_by) == (State.OVERTURNED, amy)
    assert f"appeal/{appealed.pk}/" in told(ann)


def test_unlocking_and_lifting_answer_their_appeals(
    a: Board, post: Post, ann: Member, amy: Member
) -> None:
    acts = [content.set_locked(post, By(amy), locked=True), people.ban(ann, a, By(amy))]
    made = [appeals.appeal(member=ann, act=act, text="Why?") for act in acts if act]
    content.set_locked(post, By(amy), locked=False)
    people.lift(ann, a, By(amy))
    for one in made:
        one.refresh_from_db()
        assert one.state == State.OVERTURNED


def test_what_has_ended_is_not_appealed_against(
    a: Board, removal: Act, post: Post, ann: Member, amy: Member
) -> None:
    content.restore(post, By(amy))
    ban = people.ban(ann, a, By(amy))
    people.lift(ann, a, By(amy))
    for act in (removal, ban):
        assert "not in force" in appeals.appeal_refusal(ann, act)


# --- Reports that come meanwhile


def test_reports_move_to_the_case_that_is_open(
    a: Board, post: Post, ben: Member, pam: Member, amy: Member
) -> None:
    for reporter in (ben, pam):
        assert report(reporter=reporter, board=a, target=post, reason="Rude.")
    act = content.approve(post, By(amy))
    assert act is not None
    assert report(reporter=ben, board=a, target=post, reason="Still.")
    undo(act, By(amy))
    case = Case.objects.open().get()
    assert sorted(case.reports.values_list("reporter__username", flat=True)) == ["ben", "pam"]
    assert case.report_count == 2
    waiting = Report.objects.filter(outcome=Report.Outcome.OPEN)
    assert set(waiting.values_list("case", flat=True)) == {case.pk}
    content.approve(post, By(amy))
    assert not Report.objects.filter(outcome=Report.Outcome.OPEN).exists()
