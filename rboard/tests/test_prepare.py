"""What `bin/run` says before it serves."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from accounts.models import Member
from boards.models import Moderator
from discussions import samples
from paging.tests.lasting import lasting
from rboard.management.commands.prepare import how_to_try

pytestmark = pytest.mark.django_db


def test_it_says_nothing_of_samples_that_are_not_there() -> None:
    assert how_to_try() == ""


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with lasting(django_db_blocker):
        samples.load()
        yield


def test_it_tells_how_to_try_as_a_moderator_and_a_member(loaded: None, settings: Any) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"
    told = re.search(r"python\S* manage.py (sign_in_link) (\w+) (\w+)$", how_to_try(), re.M)
    assert told
    command, moderator, member = told.groups()
    assert Moderator.objects.filter(member__username=moderator, is_owner=False).exists()
    assert not Moderator.objects.filter(member__username=member).exists()
    out = StringIO()
    call_command(command, moderator, member, stdout=out, stderr=StringIO())
    assert out.getvalue().count("/password-reset/") == 2


def test_it_names_the_address_that_links_need(loaded: None, settings: Any) -> None:
    settings.PUBLIC_URL = "http://localhost:8100"
    assert "PUBLIC_URL=http://localhost:8100 " in how_to_try()


def test_it_says_nothing_when_somebody_took_one_over(loaded: None) -> None:
    member = Member.objects.get(username=samples.TO_TRY[0])
    member.set_password("a long password")
    member.save()
    assert how_to_try() == ""


@pytest.mark.parametrize("value", ["nein", ""])
def test_a_wrong_wish_for_samples_stops_it_before_anything_is_made(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPLES", value)
    with pytest.raises(ImproperlyConfigured, match="SAMPLES must be 1 or 0"):
        call_command("prepare", stdout=StringIO())
    assert not Member.objects.filter(is_superuser=True).exists()


def test_no_is_no_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLES", "no")
    monkeypatch.setattr("rboard.management.commands.prepare.is_empty", lambda: True)
    monkeypatch.setattr("rboard.management.commands.prepare.Command.collect_static", print)
    out = StringIO()
    call_command("prepare", stdout=out)
    assert "Loading sample boards" not in out.getvalue()
