"""The moderators' commands."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Member
from boards.models import Ban, Board, Moderator
from discussions.models import Comment, Post
from inbox.models import Letter
from moderation.actions import cases, content, desk
from moderation.actions.batches import undo_batch
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.management.commands import resolve_reports
from moderation.models import Act, AutoRule, Case


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def answer(*args: str) -> Any:
    return json.loads(run(*args, "--json"))


def test_ban_and_unban(a: Board, ben: Member) -> None:
    assert "ben is banned from b/board_a for good" in run("ban", "BOARD_A", "Ben")
    ban = Ban.objects.get()
    assert (ban.member, ban.is_mute, ban.until) == (ben, False, None)
    assert answer("ban", "board_a", "ben", "--mute", "--days", "3", "--sooner")["mute"]
    assert Ban.objects.get().is_mute
    assert answer("unban", "board_a", "ben")["lifted"]
    assert not Ban.objects.exists()
    assert not answer("unban", "board_a", "ben")["lifted"]
    acts = Act.objects.order_by("pk")
    assert [act.verb for act in acts] == ["ban", "mute", "lift"]
    assert {(act.source, act.actor, act.role) for act in acts} == {("command", None, "")}


def test_ban_removes_only_when_told_twice(
    a: Board, post: Post, comment: Comment, ann: Member, mo: Member
) -> None:
    told = answer("ban", "board_a", "ann", "--remove")
    assert (told["posts"], told["comments"], told["applied"]) == (1, 1, False)
    assert not Act.objects.exists()
    batch = answer("ban", "board_a", "ann", "--remove", "--apply")["batch"]
    assert not Post.objects.live().exists()
    # What the operator did is not a moderator's to take back.
    assert undo_batch(batch, By(mo)) == (0, 3)
    assert undo_batch(batch, By()) == (3, 0)


@pytest.mark.parametrize("wrong", [("ban", "nowhere", "ben"), ("ban", "board_a", "nobody")])
def test_what_is_not_there_is_told(wrong: tuple[str, ...], a: Board, ben: Member) -> None:
    with pytest.raises(CommandError, match="There is no"):
        run(*wrong)


def test_a_wrong_number_of_days_is_usage(a: Board, ben: Member) -> None:
    with pytest.raises(CommandError, match="invalid"):
        run("ban", "board_a", "ben", "--days", "0")


def test_the_most_days_are_told(a: Board, ben: Member) -> None:
    with pytest.raises(CommandError, match="from 1 to 3,650 days"):
        run("ban", "board_a", "ben", "--days", "999999999")


def test_errors_are_json_for_machines(
    a: Board, ben: Member, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("ban", "nowhere", "ben", "--json")
    assert stopped.value.code == 1
    said = capsys.readouterr()
    assert json.loads(said.err) == {"error": "There is no board 'nowhere'."}
    assert said.out == ""


def test_what_would_be_done_is_counted_in_words(
    a: Board, post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    for target in (post, comment, ann):
        report(reporter=ben, board=a, target=target, reason="x")
    told = run("resolve_reports", "board_a", "--approve")
    assert "approve 1 reported post, 1 reported comment, 1 reported member." in told
    assert "remove 1 post and 1 comment." in run("ban", "board_a", "ann", "--remove")
    with pytest.raises(CommandError, match="--reason is for --remove"):
        run("resolve_reports", "board_a", "--approve", "--reason", "x", "--apply")
    assert not Act.objects.exists()


def test_what_was_done_is_told_once(
    a: Board, post: Post, comment: Comment, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for target in (post, comment):
        report(reporter=ben, board=a, target=target, reason="x")
    decide = resolve_reports.Command.decide
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(
            resolve_reports.Command,
            "decide",
            lambda self, case, *said: case.comment is None and decide(self, case, *said),
        )
        told = run("resolve_reports", "board_a", "--approve", "--apply")
        assert "Approved 1 of 2 (1 reported post, 1 reported comment)." in told
    told = run("resolve_reports", "board_a", "--approve", "--apply")
    assert "Approved 1 reported comment." in told


def test_appoint(a: Board, ben: Member) -> None:
    assert answer("appoint", "board_a", "ben")["changed"]
    office = Moderator.objects.get(member=ben)
    assert (office.is_owner, office.may_content, office.may_settings) == (False, True, False)
    assert not answer("appoint", "board_a", "ben")["changed"]
    assert answer("appoint", "board_a", "ben", "--power", "settings")["changed"]
    office.refresh_from_db()
    assert (office.may_content, office.may_settings) == (False, True)
    assert answer("appoint", "board_a", "ben", "--power", "settings")["powers"] == ["settings"]
    told = run("appoint", "board_a", "ben", "--owner")
    assert "ben is owner of b/board_a. Powers: content, members, settings, moderators." in told
    office.refresh_from_db()
    assert office.is_owner
    assert [act.verb for act in Act.objects.all()] == ["appoint"] * 3


def test_who_cannot_sign_in_is_not_appointed(a: Board, ben: Member) -> None:
    Member.objects.filter(pk=ben.pk).update(is_active=False)
    with pytest.raises(CommandError, match="can't sign in"):
        run("appoint", "board_a", "ben")


@pytest.mark.parametrize("deed", ["approve", "remove"])
def test_resolve_reports(
    deed: str, a: Board, post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    for target in (post, comment, ann):
        report(reporter=ben, board=a, target=target, reason="x")
    count = {"approve": 3, "remove": 2}[deed]
    assert answer("resolve_reports", "board_a", f"--{deed}")["cases"] == count
    assert Case.objects.open().count() == 3
    assert answer("resolve_reports", "board_a", f"--{deed}", "--older-than", "1")["cases"] == 0
    told = answer("resolve_reports", "board_a", f"--{deed}", "--apply")
    assert told["cases"] == count
    assert Case.objects.open().count() == 3 - count
    assert Post.objects.live().exists() is (deed == "approve")
    assert undo_batch(told["batch"], By()) == (count, 0)
    assert Case.objects.open().count() == 3
    with pytest.raises(CommandError, match="required"):
        run("resolve_reports", "board_a")


def test_resolve_reports_closes_what_was_removed_before(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    """As the desk does: of what was passed on, the moderator's removal left the case open."""
    made = report(reporter=ben, board=a, target=post, reason="x")
    assert made is not None
    cases.pass_on(made.case, By(mo))
    content.remove(post, By(mo))
    assert Case.objects.open().exists()
    assert answer("resolve_reports", "board_a", "--remove", "--apply")["cases"] == 1
    assert not Case.objects.open().exists()
    act = Act.objects.latest("pk")
    assert (act.verb, act.source, act.post) == ("remove", "command", post)
    assert Letter.objects.filter(recipient=ben, title__endswith="it was removed").exists()


def test_resolve_reports_goes_on_after_one_that_cannot_be_done(
    a: Board, post: Post, comment: Comment, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for target in (post, comment):
        report(reporter=ben, board=a, target=target, reason="x")
    decide = desk.decide

    def decided_just_now(case: Case, *args: Any) -> None:
        if case.post == post:
            Case.objects.filter(pk=case.pk).update(closed_at=timezone.now())
        decide(case, *args)

    monkeypatch.setattr(desk, "decide", decided_just_now)
    assert answer("resolve_reports", "board_a", "--approve", "--apply")["cases"] == 1
    assert [act.comment for act in Act.objects.all()] == [comment]


def test_judge(a: Board, post: Post) -> None:
    AutoRule.objects.create(board=a, name="low", score_below=5, deed="hold", is_active=True)
    assert answer("judge") == {"rules": {"low": 1}, "applied": False}
    assert "low" in run("judge", "--apply")
    post.refresh_from_db()
    assert post.is_held
