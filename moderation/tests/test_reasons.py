"""What moderators give as a reason: as long as the log takes, and without what no text needs."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Member
from boards.models import Ban, Board
from discussions.models import Post
from discussions.tests.conftest import signed_in
from discussions.tests.test_admin import page_of
from moderation.actions import content, people
from moderation.actions.appeals import appeal
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Appeal, AutoRule, Case, ReasonTemplate

ODD = "Be\x00 kind\x0b, \ud800please\x1f.\u202e"
LONG = "x" * 1_001


@pytest.fixture
def desk(mo: Member) -> Client:
    return signed_in(mo)


def test_a_reason_from_the_queue_is_cleaned(
    desk: Client, a: Board, post: Post, ben: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made is not None
    fields = {
        "one": f"remove:{made.case_id}", "confirmed": "1", "reason": "Be\x01 kind\x0b.",
        "note": "Not\x02 so.",
    }  # fmt: skip
    desk.post(page_of(Case, "changelist"), fields)
    act = Act.objects.get()
    assert (act.reason, act.note) == ("Be kind\n.", "Not so.")


def test_templates_and_rules_are_cleaned(desk: Client, a: Board) -> None:
    fields = {"board": a.pk, "title": "Ru\x01de", "text": "Be\x01 kind.", "position": "0"}
    assert desk.post(page_of(ReasonTemplate, "add"), fields).status_code == 302
    template = ReasonTemplate.objects.get()
    assert (template.title, template.text) == ("Rude", "Be kind.")
    fields = {"board": a.pk, "name": "S\x01", "words": "x\x01", "deed": "note", "reason": "\x01R"}
    assert desk.post(page_of(AutoRule, "add"), fields).status_code == 302
    rule = AutoRule.objects.get()
    assert (rule.name, rule.words, rule.reason) == ("S", "x", "R")


@pytest.mark.parametrize("state", ["upheld", "overturned"])
def test_an_answer_is_no_longer_than_the_log_takes(
    a: Board, post: Post, ann: Member, mo: Member, amy: Member, state: str
) -> None:
    act = content.remove(post, By(mo), reason="Off topic.")
    assert act is not None
    asked = appeal(member=ann, act=act, text="Was it?")
    page = page_of(Appeal, "change", asked.pk)
    client = signed_in(amy)
    assert client.post(page, {"state": state, "answer": LONG}).status_code == 200
    asked.refresh_from_db()
    assert asked.state == "open"
    assert client.post(page, {"state": state, "answer": "Y\x01es."}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == (state, "Yes.")


def test_an_answer_from_the_queue_is_no_longer_either(
    a: Board, post: Post, ann: Member, mo: Member, amy: Member
) -> None:
    act = content.remove(post, By(mo))
    assert act is not None
    asked = appeal(member=ann, act=act, text="Was it?")
    fields = {"queue": "appeals", "one": f"uphold:{asked.pk}", "confirmed": "1", "answer": LONG}
    page = signed_in(amy).post(page_of(Case, "changelist"), fields)
    assert page.status_code == 200
    assert page.context["form"].errors["answer"]


def test_the_log_takes_no_more(a: Board, post: Post, mo: Member) -> None:
    for said in ({"reason": LONG}, {"note": LONG}):
        with pytest.raises(ValidationError, match="At most"):
            content.remove(post, By(mo), **said)
    assert not Act.objects.exists()
    post.refresh_from_db()
    assert post.removed_at is None


def test_commands_refuse_what_is_too_long_in_plain_words(a: Board, ben: Member) -> None:
    for command in (
        ("ban", "board_a", "ben"), ("ban", "board_a", "ben", "--remove", "--apply"),
        ("unban", "board_a", "ben"), ("resolve_reports", "board_a", "--remove", "--apply"),
    ):  # fmt: skip
        with pytest.raises(CommandError, match="at most 1,000 characters"):
            call_command(*command, f"--reason={LONG}")
    assert not Ban.objects.exists()


def test_commands_clean_what_they_are_told(a: Board, ben: Member) -> None:
    call_command("ban", "board_a", "ben", f"--reason={ODD}")
    assert Act.objects.get().reason == Ban.objects.get().reason == "Be kind\n, please."


@pytest.mark.parametrize("odd", ["board\x00_a", "\ud800", "board_a\x00"])
def test_commands_tell_of_names_that_cannot_be(a: Board, ben: Member, odd: str) -> None:
    with pytest.raises(CommandError, match="There is no board"):
        call_command("ban", odd, "ben")
    with pytest.raises(CommandError, match="There is no member"):
        call_command("ban", "board_a", odd)


def test_a_ban_of_a_reason_too_long_is_none(a: Board, ben: Member, mo: Member) -> None:
    with pytest.raises(ValidationError):
        people.warn(ben, a, By(mo), reason=LONG)
    assert not Act.objects.exists()


def test_each_page_where_a_reason_is_typed_says_that_it_is_public(
    desk: Client, a: Board, post: Post, ann: Member, ben: Member, mo: Member, amy: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made is not None
    removed = content.remove(post, By(amy))
    assert removed is not None
    asked = appeal(member=ann, act=removed, text="Was it?")
    pages = [desk.get(page_of(Appeal, "change", asked.pk))]
    content.restore(post, By(amy))
    pages += [
        desk.get(f"{post.address}reason/"),
        desk.get(f"{post.address}ban/"),
        desk.get(page_of(ReasonTemplate, "add")),
        desk.get(page_of(AutoRule, "add")),
    ]
    again = report(reporter=ben, board=a, target=post, reason="Still rude.")
    assert again is not None
    for deed in ("remove", "spam", "lock", "mute", "ban", "sweep"):
        fields = {"one": f"{deed}:{again.case_id}"}
        pages.append(desk.post(page_of(Case, "changelist"), fields))
    for page in pages:
        assert page.status_code == 200
        assert "into the public log" in page.content.decode(), page.request["PATH_INFO"]


def test_of_a_warning_the_member_alone_reads_it(
    desk: Client, a: Board, post: Post, ben: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made is not None
    page = desk.post(page_of(Case, "changelist"), {"one": f"warn:{made.case_id}"})
    assert "Goes to the author alone." in page.content.decode()
    assert "public log" not in page.content.decode()
