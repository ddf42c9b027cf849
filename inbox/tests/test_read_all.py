import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from inbox.models import Letter

pytestmark = pytest.mark.django_db


def test_it_marks_every_letter_of_the_member(as_alice, write, bob):
    write()
    write()
    of_bob = write(recipient=bob)
    assertRedirects(as_alice.post("/inbox/read/"), "/inbox/", fetch_redirect_response=False)
    assert list(Letter.objects.unread()) == [of_bob]
    assertContains(as_alice.get("/inbox/"), "All letters are marked read.")


@pytest.mark.parametrize("method", ["get", "head"])
def test_it_takes_post_alone(as_alice, write, method):
    write()
    assert getattr(as_alice, method)("/inbox/read/").status_code == 405
    assert Letter.objects.unread().exists()


def test_it_needs_the_token_of_its_form(write, alice):
    write()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post("/inbox/read/").status_code == 403
    assert Letter.objects.unread().exists()
