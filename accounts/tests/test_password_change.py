import pytest
from pytest_django.asserts import assertRedirects

from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a wholly new sentence"


def send(client, old=PASSWORD, new=NEW, again=None):
    fields = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/settings/password/", fields)


def test_it_asks_guests_to_sign_in(client):
    assertRedirects(client.get("/settings/password/"), "/login/?next=/settings/password/")


def test_it_sets_the_password(as_alice, alice):
    assertRedirects(send(as_alice), "/settings/")
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_every_other_session_ends(as_alice, alice, session_of, is_signed_in):
    phone, before = session_of(alice), as_alice.cookies["session"].value
    send(as_alice)
    assert is_signed_in(as_alice)
    assert not is_signed_in(phone)
    assert as_alice.cookies["session"].value != before


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("old_password", {"old": "wrong"}),
        ("old_password", {"old": "\x00"}),
        ("new_password1", {"new": "short"}),
        ("new_password1", {"new": "alice@mail.example"}),
        ("new_password2", {"again": "something else"}),
    ],
)
def test_it_says_what_is_wrong(as_alice, alice, field, fields):
    response = send(as_alice, **fields)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
