import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertRedirects

from inbox.models import Letter

pytestmark = pytest.mark.django_db


def path(letter):
    return f"/inbox/{letter.pk}/read/"


def test_it_marks_the_letter_and_goes_to_what_it_tells_of(as_alice, write):
    letter, other = write(), write()
    response = as_alice.post(path(letter))
    assertRedirects(response, letter.url, fetch_redirect_response=False)
    assert list(Letter.objects.unread()) == [other]


def test_it_can_stay_in_the_inbox(as_alice, write):
    response = as_alice.post(path(write()), {"next": "/inbox/?show=unread"})
    assertRedirects(response, "/inbox/?show=unread")


def test_it_answers_twice_and_keeps_the_first_date(as_alice, write):
    letter, then = write(read_at=timezone.now()), Letter.objects.get().read_at
    assertRedirects(as_alice.post(path(letter)), letter.url, fetch_redirect_response=False)
    letter.refresh_from_db()
    assert letter.read_at == then


@pytest.mark.parametrize("url", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(as_alice, write, url):
    assertRedirects(as_alice.post(path(write(url=url))), "/inbox/")
    response = as_alice.post(path(write()), {"next": url})
    assert response.headers["Location"].startswith("/b/tea/")


def test_it_hides_letters_of_others(as_alice, write, bob):
    letter = write(recipient=bob)
    assert as_alice.post(path(letter)).status_code == 404
    assert Letter.objects.unread().exists()


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30, "9" * 5000])
def test_it_does_not_know_other_letters(as_alice, number):
    assert as_alice.post(f"/inbox/{number}/read/").status_code == 404


@pytest.mark.parametrize("method", ["get", "head"])
def test_it_takes_post_alone(as_alice, write, method):
    assert getattr(as_alice, method)(path(write())).status_code == 405
    assert Letter.objects.unread().exists()


def test_it_needs_the_token_of_its_form(write, alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(path(write())).status_code == 403
    assert Letter.objects.unread().exists()


def test_guests_sign_in_first(client, write):
    response = client.post(path(write()), headers={"Referer": "http://testserver/inbox/"})
    assertRedirects(response, "/login/?next=/inbox/")
    assert Letter.objects.unread().exists()
