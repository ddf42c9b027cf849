"""Two moderators save in the admin, in one moment, what may be there once: the later is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from django.db.models import Model

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions.admin.boards import BoardAdmin
from discussions.tests.conftest import signed_in
from moderation.admin.settings import SettingsAdmin
from moderation.models import AutoRule, DeskSettings
from rboard.tests.security.threads import PATIENCE, in_thread

# On SQLite the forms of two come one after the other.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

RULE = {"name": "Rule", "words": "spam", "deed": "hold"}
DESK = {"names_moderators": "on", "hold_first_posts": "0", "newcomer_days": "7"}
NOBODY = {
    f"{some}-{count}_FORMS": "0"
    for some in ("moderator_set", "approved_set")
    for count in ("TOTAL", "INITIAL")
}
BOARD = {"name": "new_board", "title": "New", "description": "", "rules": ""} | NOBODY

CASES: dict[str, tuple[type[Model], type[Any], str, dict[str, str]]] = {
    "rule": (AutoRule, SettingsAdmin, "moderation/autorule", RULE),
    "desk": (DeskSettings, SettingsAdmin, "moderation/desksettings", DESK),
    "board": (Board, BoardAdmin, "boards/board", BOARD),
}


def just_before(admin: type[Any], do: Callable[[], Any]) -> Any:
    """Once a form was found good, and before it is saved, another saves the same."""
    save, done = admin.save_model, []

    def save_later(self: Any, *args: Any, **kwargs: Any) -> None:
        if not done:
            with ThreadPoolExecutor(1) as pool:
                done.append(in_thread(pool, do).result(PATIENCE))
        save(self, *args, **kwargs)

    return patch.object(admin, "save_model", save_later)


@pytest.mark.parametrize("what", CASES)
def test_the_form_is_shown_again(what: str, a: Board, mo: Member, olga: Member) -> None:
    model, admin, path, fields = CASES[what]
    others: dict[str, Callable[[], Any]] = {
        "rule": lambda: AutoRule.objects.create(board=a, name="RULE", words="x", deed="hold"),
        "desk": lambda: DeskSettings.objects.create(board=a),
        "board": lambda: make_board(maker=mo, name="NEW_board", title="Old"),
    }
    with just_before(admin, others[what]):
        answer = signed_in(olga).post(f"/admin/{path}/add/", fields | {"board": str(a.pk)})
    assert answer.status_code == 200
    assert "already" in answer.content.decode()
    assert model._default_manager.exclude(pk=a.pk if what == "board" else 0).count() == 1
