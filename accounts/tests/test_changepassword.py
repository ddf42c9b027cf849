"""Django's own command, which operators are told to use."""

import pytest
from django.contrib.auth.management.commands import changepassword
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_it_ends_every_session(as_alice, alice, is_signed_in, monkeypatch, capsys):
    assert is_signed_in(as_alice)
    monkeypatch.setattr(changepassword.getpass, "getpass", lambda prompt: "a wholly new sentence")
    call_command("changepassword", "Alice")
    alice.refresh_from_db()
    assert alice.check_password("a wholly new sentence")
    assert not is_signed_in(as_alice)
