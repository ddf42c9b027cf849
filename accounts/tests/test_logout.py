import pytest
from pytest_django.asserts import assertRedirects

pytestmark = pytest.mark.django_db


def test_it_ends_the_session(as_alice, is_signed_in):
    assertRedirects(as_alice.post("/logout/"), "/", fetch_redirect_response=False)
    assert not is_signed_in(as_alice)


def test_it_ends_no_other_session(as_alice, alice, session_of, is_signed_in):
    phone = session_of(alice)
    as_alice.post("/logout/")
    assert is_signed_in(phone)


@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_it_takes_post_alone(as_alice, is_signed_in, method):
    assert getattr(as_alice, method)("/logout/").status_code == 405
    assert is_signed_in(as_alice)


def test_it_answers_twice(as_alice, client):
    as_alice.post("/logout/")
    assertRedirects(as_alice.post("/logout/"), "/", fetch_redirect_response=False)
