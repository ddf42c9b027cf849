import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import BIO_MAX_LENGTH
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
EMAIL = "alice@mail.example"


def send(client, **fields):
    return client.post("/settings/", {"email": EMAIL, "bio": "", "password": ""} | fields)


def test_it_asks_guests_to_sign_in(client):
    assertRedirects(client.get("/settings/"), "/login/?next=/settings/")


def test_it_shows_what_is_set(as_alice):
    response = as_alice.get("/settings/")
    assertContains(response, f'value="{EMAIL}"')
    for link in ("/settings/password/", "/settings/delete/", "/appearance/"):
        assertContains(response, f'href="{link}"')


def test_it_keeps_the_bio_and_its_html(as_alice, alice):
    assertRedirects(send(as_alice, bio="I *like* tea."), "/settings/")
    alice.refresh_from_db()
    assert alice.bio == "I *like* tea."
    assert alice.bio_html == "<p>I <em>like</em> tea.</p>"


def test_the_bio_is_safe(as_alice, alice):
    bio = "<script>alert(1)</script> [x](javascript:alert(1))\n\n</textarea><img src=x onerror=a>"
    send(as_alice, bio=bio)
    alice.refresh_from_db()
    assert "<script" not in alice.bio_html
    assert "<img" not in alice.bio_html
    assert "href" not in alice.bio_html
    page = as_alice.get("/settings/").content.decode()
    assert "&lt;/textarea&gt;&lt;img" in page
    assert "alert(1)</script>" not in page


def test_line_ends_count_once(as_alice, alice):
    send(as_alice, bio="x\r\n" * (BIO_MAX_LENGTH // 2 - 1) + "xx")
    alice.refresh_from_db()
    assert len(alice.bio) == BIO_MAX_LENGTH


def test_it_gives_a_bio_that_is_too_long_back(as_alice, alice):
    bio = "x" * (BIO_MAX_LENGTH + 1)
    response = send(as_alice, bio=bio)
    assertContains(response, bio, status_code=422)
    assert "bio" in response.context["form"].errors
    alice.refresh_from_db()
    assert alice.bio == ""


def test_it_gives_a_bio_that_nests_too_deeply_back(as_alice, alice):
    response = send(as_alice, bio=">" * BIO_MAX_LENGTH)
    assert response.status_code == 422
    assert "bio" in response.context["form"].errors


@pytest.mark.parametrize("size", [900_000, 5_000_000])
def test_it_refuses_a_bio_of_megabytes(as_alice, alice, size):
    assert send(as_alice, bio="x" * size).status_code in {400, 422}
    alice.refresh_from_db()
    assert alice.bio == ""


def test_it_refuses_a_bio_of_megabytes_before_it_reads_it(alice, as_alice):
    form = "application/x-www-form-urlencoded"
    response = as_alice.post("/settings/", b"bio=" + b"x" * 5_000_000, content_type=form)
    assert response.status_code == 400


def test_characters_that_no_text_needs_are_left_out(as_alice, alice):
    assertRedirects(send(as_alice, bio="a\x00b\u202ec\x1b[31m"), "/settings/")
    alice.refresh_from_db()
    assert alice.bio == "abc[31m"


def test_another_address_needs_the_password(as_alice, alice):
    for password in ("", "wrong", "\x00"):
        response = send(as_alice, email="mallory@mail.example", password=password)
        assert response.status_code == 422
        assert "password" in response.context["form"].errors
    alice.refresh_from_db()
    assert alice.email == EMAIL
    assertRedirects(send(as_alice, email="new@mail.example", password=PASSWORD), "/settings/")
    alice.refresh_from_db()
    assert alice.email == "new@mail.example"


def test_it_takes_no_address_for_an_answer(as_alice, alice):
    send(as_alice, email="", password=PASSWORD)
    alice.refresh_from_db()
    assert alice.email == ""


@pytest.mark.parametrize(
    "email", ["nowhere", "a@b\r\nBcc: x@y.example", "a\x00@b.example", "x" * 300]
)
def test_it_refuses_what_is_no_address(as_alice, alice, email):
    response = send(as_alice, email=email, password=PASSWORD)
    assert "email" in response.context["form"].errors


def test_it_changes_nothing_else(as_alice, alice):
    send(as_alice, bio="x", username="Mallory", is_staff="1", is_superuser="1", bio_html="<script>")
    alice.refresh_from_db()
    assert (alice.username, alice.is_staff, alice.is_superuser) == ("Alice", False, False)
    assert alice.bio_html == "<p>x</p>"


def test_the_bio_of_a_guest_is_not_lost(alice):
    """The session ended while they wrote."""
    response = Client().post("/settings/", {"bio": "Half an hour of work"})
    assert response.status_code == 302
