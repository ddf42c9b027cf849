import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from pytest_django.asserts import assertContains, assertRedirects

from accounts.actions import delete_account
from accounts.decorators import member_required
from accounts.models import Member

pytestmark = pytest.mark.django_db


def test_guests_come_back_to_the_page_they_asked_for(client):
    response = client.get("/settings/?tab=1")
    assertRedirects(response, "/login/?next=/settings/%3Ftab%3D1")


def test_guests_come_back_to_the_page_of_the_form_they_sent(client):
    response = client.post("/inbox/read/", headers={"Referer": "http://testserver/b/tea/?t=day"})
    assertRedirects(response, "/login/?next=/b/tea/%3Ft%3Dday")


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/x", "http://testserver//evil.example"]
)
def test_guests_are_sent_nowhere_else(client, referer):
    response = client.post("/inbox/read/", headers={"Referer": referer}, follow=True)
    assert response.redirect_chain[0][0].startswith("/login/?next=/")
    assertContains(response, 'href="/register/')


def test_what_a_guest_wrote_is_shown_to_them(client):
    response = client.post("/inbox/read/", {"text": "Half an hour of work"})
    assertContains(response, "Half an hour of work", status_code=403)


def test_htmx_is_led_to_sign_in_as_well(client):
    response = client.post("/inbox/read/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith("/login/")


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_the_account_is_deleted_is_refused(rf):
    """On any database: at the end of the transaction it finds that the member is gone."""
    member = Member.objects.create_user("ann")

    @member_required
    def write(request, *, goes):
        if goes:
            delete_account(member=Member.objects.get(pk=member.pk))
        raise IntegrityError("FOREIGN KEY constraint failed")

    request = rf.post("/")
    request.user = member
    with pytest.raises(IntegrityError):
        write(request, goes=False)
    with pytest.raises(PermissionDenied, match="Your account is gone"):
        write(request, goes=True)
