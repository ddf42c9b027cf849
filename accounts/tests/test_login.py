import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
REFUSAL = "There is no account with this name and password."


def send(client, name, password=PASSWORD, path="/login/"):
    return client.post(path, {"username": name, "password": password})


def test_it_shows_the_form(client):
    response = client.get("/login/")
    assertContains(response, 'autocomplete="username"')
    assertContains(response, 'autocomplete="current-password"')


@pytest.mark.parametrize("name", ["Alice", "alice", "ALICE"])
def test_it_takes_the_name_in_any_case(client, alice, name, is_signed_in):
    assertRedirects(send(client, name), "/", fetch_redirect_response=False)
    assert is_signed_in(client)


def test_it_goes_on_to_the_page_before(client, alice):
    response = send(client, "Alice", path="/login/?next=/settings/password/")
    assertRedirects(response, "/settings/password/")


def test_it_leads_members_on(as_alice):
    response = as_alice.get("/login/?next=/settings/")
    assertRedirects(response, "/settings/")


def test_it_does_not_lead_members_in_circles(as_alice):
    response = as_alice.get("/login/?next=/login/", follow=True)
    assert response.redirect_chain[-1][0] == "/"


def test_the_way_to_the_page_before_survives_register(client):
    page = client.get("/login/?next=/b/tea/%3Fsort%3Dnew")
    assertContains(page, 'href="/register/?next=/b/tea/%3Fsort%3Dnew"')
    page = client.get("/register/?next=/b/tea/")
    assertContains(page, 'href="/login/?next=/b/tea/"')
    page = send(client, "nobody", path="/login/?next=/b/tea/")
    assertContains(page, 'href="/register/?next=/b/tea/"', status_code=422)


def test_it_keeps_the_name_that_was_typed(client, alice):
    response = send(client, "Alice", "wrong")
    assertContains(response, 'value="Alice"', status_code=422)
    assertContains(response, REFUSAL, status_code=422)
    assert "wrong" not in response.content.decode()


def test_it_gives_the_same_answer_whatever_is_wrong(client, alice, bob, ghost):
    bob.is_active = False
    bob.save()
    ghost.set_password(PASSWORD)  # as an operator might, without claiming the name
    ghost.save()
    for name, password in [("Alice", "x"), ("nobody", "x"), ("bob", PASSWORD), ("ghost", PASSWORD)]:
        response = send(client, name, password)
        assertContains(response, REFUSAL, status_code=422)
        assert "_auth_user_id" not in client.session


def test_it_never_signs_in_who_has_no_password(client, ghost):
    for password in ("", "!", ghost.password):
        assert send(client, "ghost", password).status_code == 422


@pytest.mark.parametrize(
    "name", ["Ali\x00ce", "x" * 500_000, "\ud800", "%00", "\uff41\uff4c" * 50, "\\", "'"]
)
@pytest.mark.parametrize("password", ["x", "\x00", "x" * 100_000])
def test_it_answers_odd_names_and_passwords(client, alice, name, password):
    name = name.encode("utf-8", "replace").decode()
    assert send(client, name, password).status_code == 422


def test_it_answers_bytes_that_are_no_text(client):
    form = "application/x-www-form-urlencoded"
    body = b"username=%ED%A0%80%FF%00&password=%C3%28"
    assert client.post("/login/", body, content_type=form).status_code == 422


def test_it_makes_a_new_session_key(alice):
    client = Client()
    client.session["seen"] = True
    session = client.session
    session["seen"] = True
    session.save()
    client.cookies["session"] = before = session.session_key
    send(client, "Alice")
    after = client.cookies["session"].value
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    old = Client()
    old.cookies["session"] = before
    assert old.get("/settings/").status_code == 302


def test_it_does_not_take_a_session_key_from_outside(alice):
    client = Client()
    client.cookies["session"] = "a" * 32
    send(client, "Alice")
    assert client.cookies["session"].value != "a" * 32
    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_somebody_who_is_deactivated_is_signed_out_at_once(as_alice, alice, is_signed_in):
    assert is_signed_in(as_alice)
    alice.is_active = False
    alice.save()
    assert not is_signed_in(as_alice)


def test_it_is_kept_by_no_cache(client, alice):
    assert "no-store" in client.get("/login/").headers["Cache-Control"]


def test_a_guest_gets_nothing_of_a_member_who_read_before(as_alice):
    own = as_alice.get("/settings/")
    assertContains(own, "Alice")
    assert "private" in own.headers["Cache-Control"]
    for path in ("/login/", "/register/", "/appearance/", "/password-reset/"):
        page = Client().get(path)
        assertNotContains(page, "Alice")
        assert "session" not in page.cookies


def test_errors_are_kept_by_no_cache(client):
    for response in (client.get("/logout/"), send(client, "nobody"), client.get("/inbox/0/read/")):
        assert response.status_code >= 400
        assert "no-store" in response.headers["Cache-Control"]


def test_it_goes_back_to_the_comment_that_was_to_be_answered(client, alice):
    path = "/login/?next=/b/tea/5/x/%3Fsort%3Dnew&at=c12"
    assertContains(client.get(path), "/register/?next=/b/tea/5/x/%3Fsort%3Dnew%23c12")
    for at, anchor in (("c12", "#c12"), ("p5", "#p5"), ("x", ""), ("c12//evil", ""), ("c", "")):
        client.logout()
        response = send(client, "Alice", path=f"/login/?next=/b/tea/5/x/&at={at}")
        assert response["Location"] == f"/b/tea/5/x/{anchor}"
