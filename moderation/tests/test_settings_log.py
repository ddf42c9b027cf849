"""The log tells of what is set for the moderation of a board; what, the moderators alone read."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.models import Post
from discussions.tests.conftest import signed_in
from discussions.tests.test_admin import page_of
from moderation.actions.reports import report
from moderation.models import Act, AutoRule, Case, DeskSettings, MutedReporter, ReasonTemplate
from moderation.queue import handle

FIELDS: dict[type[Model], dict[str, str]] = {
    AutoRule: {"name": "Shoes", "words": "shoes", "deed": "report"},
    ReasonTemplate: {"title": "Shoes", "text": "No shoes.", "position": "0"},
    DeskSettings: {"hold_first_posts": "1", "newcomer_days": "3"},
}
CHANGES: dict[type[Model], dict[str, str]] = {
    AutoRule: {"deed": "remove"},
    ReasonTemplate: {"text": "Not these."},
    DeskSettings: {"newcomer_days": "4"},
}


def notes() -> list[tuple[str, str]]:
    return [(act.verb, act.note) for act in Act.objects.order_by("pk")]


@pytest.mark.parametrize("model", list(FIELDS))
def test_settings_are_logged(model: type[Model], a: Board, mo: Member) -> None:
    client = signed_in(mo)
    fields: dict[str, Any] = FIELDS[model] | {"board": a.pk}
    assert client.post(page_of(model, "add"), fields).status_code == 302
    row = model._default_manager.get()
    page = page_of(model, "change", row.pk)
    client.post(page, fields)  # nothing new
    client.post(page, fields | CHANGES[model])
    client.post(page_of(model, "delete", row.pk), {"post": "yes"})
    named = f"{model._meta.verbose_name} “{row}”"
    changed = next(iter(CHANGES[model]))
    assert notes() == [
        ("settings", f"{named}: added"),
        ("settings", f"{named}: {changed}"),
        ("settings", f"{named}: deleted"),
    ]
    assert {(act.actor, act.board) for act in Act.objects.all()} == {(mo, a)}
    public = Client().get(f"{a.get_absolute_url()}modlog/").content.decode()
    assert "changed the settings" in public
    assert ": added" not in public


def test_a_rule_that_moves_is_told_on_both_boards(a: Board, p: Board, mo: Member) -> None:
    rule = AutoRule.objects.create(board=a, name="Shoes", words="shoes", deed="report")
    fields: dict[str, Any] = FIELDS[AutoRule] | {"board": p.pk, "for_posts": "on"}
    signed_in(mo).post(page_of(AutoRule, "change", rule.pk), fields | {"for_comments": "on"})
    told = [(act.board, act.note) for act in Act.objects.order_by("pk")]
    assert told == [(a, "rule “Shoes”: moved"), (p, "rule “Shoes”: board")]


def test_staff_who_delete_many_are_logged(a: Board, olga: Member) -> None:
    rule = AutoRule.objects.create(board=a, name="Shoes", words="shoes", deed="report")
    site = AutoRule.objects.create(name="Everywhere", words="shoes", deed="report")
    chosen = {"action": "delete_selected", "_selected_action": [rule.pk, site.pk], "post": "yes"}
    signed_in(olga).post(page_of(AutoRule, "changelist"), chosen)
    assert not AutoRule.objects.exists()
    assert notes() == [("settings", "rule “Shoes”: deleted")]


def test_muted_reporters_are_logged_by_their_handles(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made is not None
    client = signed_in(mo)
    for _twice in range(2):
        client.post(page_of(Case, "changelist"), {"mute": made.pk, "confirmed": "1"})
    muted = MutedReporter.objects.get()
    client.post(page_of(MutedReporter, "delete", muted.pk), {"post": "yes"})
    assert not MutedReporter.objects.exists()
    name = handle(a.pk, ben.pk)
    assert notes() == [
        ("settings", f"reports of {name}: muted"),
        ("settings", f"reports of {name}: heard again"),
    ]
    assert {act.member_id for act in Act.objects.all()} == {None}
