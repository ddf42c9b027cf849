"""Whatever is asked of a list of the admin, or sent to it, it answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db.models import Field, Model
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from discussions.tests.conftest import signed_in
from discussions.tests.test_admin import fill, page_of
from moderation.models import Case
from paging.tests.lasting import lasting

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
IDS = ("x", "\0", "-1", "9" * 18, "9" * 30, "9" * 5_000, "²", "1.5")
TERMS = (*IDS, "(", "%")
ASKED = (
    ("exact", "\0"), ("exact", "9" * 30), ("in", "9" * 30), ("year", "99999"), ("regex", "("),
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with lasting(django_db_blocker):
        fill(0, 1)
        yield


@pytest.fixture(autouse=True)
def no_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The menu beside each list takes a fifth of the time, and reads nothing that is asked."""
    monkeypatch.setattr(admin.site, "get_app_list", lambda *_args: [])


@pytest.fixture(params=["staff", "moderator"])
def client(request: pytest.FixtureRequest) -> Client:
    if request.param == "staff":
        found = signed_in(Member.objects.create_superuser("olga", None))
    else:
        found = signed_in(Member.objects.get(username="author_0"))
    found.raise_request_exception = False
    return found


def lookups(model: type[Model]) -> list[tuple[str, str]]:
    """Every column asked in odd ways, and what the filters of the list call theirs."""
    fields = [field.name for field in model._meta.get_fields() if isinstance(field, Field)]
    if model is Case:  # its page has filters of its own, and reads no lookup
        fields = fields[:2]
    asked = [(f"{name}__{lookup}", term) for name in fields for lookup, term in ASKED]
    shown: Any = admin.site._registry[model].list_filter
    named = [one.parameter_name for one in shown if hasattr(one, "parameter_name")]
    return asked + [(name, term) for name in named for term in IDS]


@pytest.mark.parametrize("model", MODELS)
def test_searches(client: Client, model: type[Model]) -> None:
    for term in TERMS:
        for query in ({"q": term}, {"p": term, "o": term}):
            answer = client.get(page_of(model, "changelist"), query)
            assert answer.status_code in {200, 302, 400, 403}, term[:40]


@pytest.mark.parametrize("model", MODELS)
def test_filters(client: Client, model: type[Model]) -> None:
    for lookup, term in lookups(model):
        answer = client.get(page_of(model, "changelist"), {lookup: term})
        assert answer.status_code in {200, 302, 400, 403}, (lookup, term)


@pytest.mark.parametrize("model", MODELS)
def test_the_calendar(client: Client, model: type[Model]) -> None:
    name = admin.site._registry[model].date_hierarchy or "created_at"
    last = {f"{name}__month": "12", f"{name}__day": "31"}
    for year in ("9999", "99999", "9" * 30, "9" * 5_000, "0", "x", "\0"):
        answer = client.get(page_of(model, "changelist"), {f"{name}__year": year} | last)
        assert answer.status_code in {200, 302, 400, 403}


@pytest.mark.parametrize("model", MODELS)
def test_actions(client: Client, model: type[Model]) -> None:
    listed: Any = admin.site._registry[model].actions or ()
    for action in ("delete_selected", "nothing", *listed):
        for chosen in IDS:
            fields = {"action": action, "index": "0", "_selected_action": chosen, "post": "yes"}
            answer = client.post(page_of(model, "changelist"), fields)
            assert answer.status_code in {200, 302, 400, 403}, (action, chosen[:40])
        fields = {"action": action, "index": "9" * 30, "_selected_action": "1"}
        assert client.post(page_of(model, "changelist"), fields).status_code < 500


@pytest.mark.parametrize("model", MODELS)
def test_addresses(client: Client, model: type[Model]) -> None:
    for pk in ("x", "_00", "9" * 30, "9" * 500, "²"):
        for name in ("change", "history", "delete"):
            answer = client.get(page_of(model, name, pk))
            assert answer.status_code in {302, 403, 404}, (name, pk)


@pytest.mark.parametrize("value", IDS)
def test_the_buttons_of_the_queue(client: Client, value: str) -> None:
    page = page_of(Case, "changelist")
    for fields in (
        {"mute": value}, {"undo": value}, {"one": f"approve:{value}"}, {"one": value},
        {"action": "approve", "_selected_action": value}, {"action": value},
        {"one": "remove:1", "nth": value}, {"undo": "x", "back": f"reason={value}"},
    ):  # fmt: skip
        for queue in ("reported", "appeals", "bans", value):
            answer = client.post(page, fields | {"queue": queue})
            assert answer.status_code in {200, 302, 400, 403}, (queue, fields)
    for name in ("queue", "board", "after", "reason", "about", "age", "did"):
        assert client.get(page, {name: value}).status_code in {200, 302, 400, 403}


@pytest.mark.parametrize("field", ["member", "board"])
def test_completing(client: Client, field: str) -> None:
    """What the pages complete: members and boards."""
    query = {"app_label": "boards", "model_name": "moderator", "field_name": field}
    for term in TERMS:
        for more in ({"term": term}, {"page": term}):
            answer = client.get(reverse("admin:autocomplete"), query | more)
            assert answer.status_code in {200, 400, 403, 404}, more


@pytest.mark.parametrize("days", ["800000", "-1", "0", "x", "9" * 5_000])
def test_judging_so_far_back_is_usage(days: str) -> None:
    with pytest.raises(CommandError, match="--days"):
        call_command("judge", f"--days={days}")
