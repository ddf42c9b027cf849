"""Nothing changes by a look, or by a form from elsewhere."""

import pytest
from django.test import Client

from accounts.models import Member
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

FORMS = {
    "/register/": {"username": "Carol", "password1": PASSWORD, "password2": PASSWORD},
    "/login/": {"username": "Alice", "password": PASSWORD},
    "/logout/": {},
    "/settings/": {"email": "", "bio": "forged", "password": PASSWORD},
    "/settings/password/": {
        "old_password": PASSWORD,
        "new_password1": "forged forged",
        "new_password2": "forged forged",
    },
    "/settings/delete/": {"password": PASSWORD},
    "/password-reset/": {"email": "Alice"},
    "/appearance/": {"theme": "dark"},
}


@pytest.fixture
def strict(alice) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    return client


def snapshot():
    return list(Member.objects.values())


@pytest.mark.parametrize("path", FORMS)
def test_a_form_needs_its_token(strict, path, mailoutbox):
    before = snapshot()
    assert strict.post(path, FORMS[path]).status_code == 403
    assert snapshot() == before
    assert mailoutbox == []
    assert strict.get("/settings/").status_code == 200


@pytest.mark.parametrize("path", FORMS)
def test_a_form_comes_from_this_site(strict, path):
    strict.get("/settings/")
    token, before = strict.cookies["csrf"].value, snapshot()
    fields = FORMS[path] | {"csrfmiddlewaretoken": token}
    for origin in ("https://evil.example", "null"):
        assert strict.post(path, fields, headers={"Origin": origin}).status_code == 403
    assert snapshot() == before


@pytest.mark.parametrize("path", ["/login/", "/register/", "/appearance/", "/password-reset/"])
def test_a_form_of_guests_needs_its_token_too(alice, path):
    guest = Client(enforce_csrf_checks=True)
    assert guest.post(path, FORMS[path]).status_code == 403
    assert "session" not in guest.cookies


def test_a_form_with_its_token_is_taken(strict):
    strict.get("/settings/")
    token = strict.cookies["csrf"].value
    fields = FORMS["/settings/"] | {"csrfmiddlewaretoken": token}
    response = strict.post("/settings/", fields, headers={"Origin": "http://testserver"})
    assert response.status_code == 302


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("path", FORMS)
def test_a_look_changes_nothing(as_alice, path, method, mailoutbox):
    before = snapshot()
    assert getattr(as_alice, method)(path, FORMS[path]).status_code in {200, 302, 405}
    assert snapshot() == before
    assert mailoutbox == []
    assert as_alice.get("/settings/").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("path", FORMS)
def test_other_methods_are_refused(as_alice, path, method):
    assert getattr(as_alice, method)(path).status_code == 405
