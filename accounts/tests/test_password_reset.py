import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import actions, links, mailing
from accounts.models import Member
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a wholly new sentence"


def ask(client, account, **extra):
    response = client.post("/password-reset/", {"email": account}, **extra)
    mailing.send_due()
    return response


def link_in_mail():
    (message,) = mail.outbox
    (link,) = re.findall(r"http\S+", message.body)
    return link


def set_password(client, path, new=NEW, again=None):
    form = client.get(path, follow=True)
    path = form.request["PATH_INFO"]
    return client.post(path, {"new_password1": new, "new_password2": again or new})


@pytest.mark.parametrize("account", ["alice@mail.example", "ALICE@Mail.Example", "Alice", "alice"])
def test_it_mails_a_link(client, alice, account, settings):
    assertRedirects(ask(client, account), "/password-reset/done/")
    (message,) = mail.outbox
    assert message.to == ["alice@mail.example"]
    assert "Alice" in message.body
    assert link_in_mail().startswith(f"{settings.PUBLIC_URL}/password-reset/")


@pytest.mark.parametrize(
    "account", ["nobody", "no@body.example", "bob", "@", "x" * 254, "Alice ' or 1=1 --"]
)
def test_it_answers_the_same_for_others(client, alice, bob, account):
    known, unknown = ask(client, "Alice"), ask(client, account)
    assert len(mail.outbox) == 1
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.headers["Location"] == unknown.headers["Location"]


def test_nobody_else_gets_mail(client, alice, bob, ghost):
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    for account in ("alice", "alice@mail.example", "bob", "ghost"):
        ask(client, account)
    assert mail.outbox == []


def test_an_address_of_many_gets_few_mails(client, db):
    for number in range(actions.MAILS_AT_ONCE + 5):
        Member.objects.create_user(f"sock_{number:02}", PASSWORD, email="alice@mail.example")
    ask(client, "alice@mail.example")
    assert len(mail.outbox) == actions.MAILS_AT_ONCE


@pytest.mark.parametrize("account", ["", "a\x00b", "x" * 255])
def test_it_refuses_what_is_no_account(client, account):
    response = ask(client, account)
    assert "email" in response.context["form"].errors
    assert response.status_code == 422


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded"])
def test_the_link_leads_to_this_site_whatever_the_request_says(client, alice, settings, header):
    settings.PUBLIC_URL = "https://board.example"
    ask(client, "Alice", headers={header: "evil.example"})
    assert link_in_mail().startswith("https://board.example/password-reset/")
    assert "evil" not in mail.outbox[0].body + mail.outbox[0].subject


def test_it_refuses_a_foreign_host(client, alice):
    assert ask(client, "Alice", headers={"Host": "evil.example"}).status_code == 400
    assert mail.outbox == []


def test_the_mail_is_plain_text_with_nothing_escaped(client, alice, settings):
    settings.SITE_NAME = "Tea & <Biscuits>"
    ask(client, "Alice")
    assert "Tea & <Biscuits>" in mail.outbox[0].body
    assert mail.outbox[0].subject == "Tea & <Biscuits>: set a new password"


def test_the_link_sets_the_password(client, alice):
    ask(client, "Alice")
    response = set_password(client, link_in_mail())
    assertRedirects(response, "/password-reset/complete/")
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_the_link_leaves_the_address_at_once(client, alice):
    link = links.sign_in_address(alice)
    response = client.get(link)
    assert response.status_code == 302
    assert link.split("/")[-2] not in response.headers["Location"]


def test_the_link_works_once(client, alice):
    link = links.sign_in_address(alice)
    set_password(client, link)
    assertContains(Client().get(link), "This link does not work", status_code=404)


@pytest.mark.parametrize(
    "path", ["MQ/x", "x/y", "____/set-password", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5/x"]
)
def test_other_links_do_not_work(client, alice, path):
    response = client.get(f"/password-reset/{path}/")
    assertContains(response, "This link does not work", status_code=404)
    response = client.post(f"/password-reset/{path}/", {"new_password1": NEW, "new_password2": NEW})
    assert response.status_code == 404


def test_a_link_is_for_one_member(client, alice, bob):
    alices, bobs = (links.sign_in_address(member).split("/") for member in (alice, bob))
    mixed = "/".join([*alices[:2], bobs[2], *alices[3:]])
    assert client.get(mixed).status_code == 404


def test_every_session_ends(client, alice, as_alice, is_signed_in):
    set_password(client, links.sign_in_address(alice))
    assert not is_signed_in(as_alice)
    assert not is_signed_in(client)


def test_it_says_what_is_wrong_with_a_password(client, alice):
    response = set_password(client, links.sign_in_address(alice), new="short")
    assert "new_password1" in response.context["form"].errors
    assert response.status_code == 422
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_an_imported_name_is_claimed(client, ghost):
    link = links.sign_in_address(ghost)
    assertContains(client.get(link, follow=True), "This name came with an archive")
    set_password(client, link)
    ghost.refresh_from_db()
    assert not ghost.imported
    response = client.post("/login/", {"username": "ghost", "password": NEW})
    assertRedirects(response, "/", fetch_redirect_response=False)


def test_an_imported_name_that_looks_like_a_members_can_not_be_claimed(client, alice):
    twin = Member.objects.create_user("A1ice", None, imported=True)
    response = set_password(client, links.sign_in_address(twin))
    assertContains(response, "looks like this one", status_code=422)
    twin.refresh_from_db()
    assert twin.imported
    assert not twin.has_usable_password()


def test_pages_show_nobodys_name_without_a_link(client, alice):
    for path in ("/password-reset/", "/password-reset/done/", "/password-reset/complete/"):
        assertNotContains(client.get(path), "Alice")
