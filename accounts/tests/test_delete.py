import pytest
from django.core.exceptions import ValidationError
from pytest_django.asserts import assertContains, assertRedirects

from accounts import actions
from accounts.models import Member
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def send(client, password=PASSWORD):
    return client.post("/settings/delete/", {"password": password})


def test_it_says_what_will_happen(as_alice, alice):
    response = as_alice.get("/settings/delete/")
    assertContains(response, "[deleted]")
    assertContains(response, "left without a moderator")
    assert Member.objects.filter(pk=alice.pk).exists()


def test_it_asks_guests_to_sign_in(client):
    assertRedirects(client.get("/settings/delete/"), "/login/?next=/settings/delete/")


@pytest.mark.parametrize("password", ["", "wrong", "\x00"])
def test_it_needs_the_password(as_alice, alice, password):
    response = send(as_alice, password)
    assert "password" in response.context["form"].errors
    assert response.status_code == 422
    assert Member.objects.filter(pk=alice.pk).exists()


def test_it_deletes_the_account_and_signs_out(as_alice, alice, session_of, is_signed_in):
    phone = session_of(alice)
    assertRedirects(send(as_alice), "/", fetch_redirect_response=False)
    assert not Member.objects.exists()
    assert not is_signed_in(as_alice)
    assert not is_signed_in(phone)
    assertContains(as_alice.get("/login/"), "Your account is deleted.")


def test_nobody_can_take_the_name_again(as_alice):
    send(as_alice)
    for name in ("Alice", "alice", "A1ice"):
        with pytest.raises(ValidationError):
            actions.name_is_free(name)


def test_sent_twice_it_leads_to_sign_in(as_alice):
    send(as_alice)
    assert send(as_alice).status_code == 302


def test_twice_at_once_is_once(alice):
    twin = Member.objects.get(pk=alice.pk)
    actions.delete_account(member=alice)
    actions.delete_account(member=twin)
    assert not Member.objects.exists()
