"""The frame of every page: the bar tells who is there, whatever page was made before it."""

import pytest
from django.test import Client
from model_bakery import baker

from accounts.models import Member
from boards.tests.cast import site_staff
from inbox.models import Letter

pytestmark = pytest.mark.django_db


def visitor(name: str, *, staff: bool = False) -> Client:
    client = Client()
    member = site_staff(name) if staff else Member.objects.create_user(name, "a long password")
    client.force_login(member)
    return client


def bar(client: Client, address: str = "/") -> str:
    page = client.get(address).text
    return page[page.index('<header class="bar">') : page.index("<main")]


def test_it_names_each_member() -> None:
    for name in ("ann", "bob"):
        assert f'<a class="wide-only" href="/u/{name}/">{name}</a>' in bar(visitor(name))


def test_it_leads_staff_alone_to_the_admin() -> None:
    assert "/admin/" in bar(visitor("stan", staff=True))
    assert "/admin/" not in bar(visitor("ann"))
    Member.objects.get(username="stan").user_permissions.clear()
    without_a_role = Client()
    without_a_role.force_login(Member.objects.get(username="stan"))
    assert "/admin/" not in bar(without_a_role)


@pytest.mark.parametrize(("letters", "told"), [(0, None), (1, "1"), (2, "2"), (100, "99+")])
def test_it_tells_how_many_letters_wait(letters: int, told: str | None) -> None:
    client = visitor("ann")
    for _ in range(letters):
        baker.make(Letter, recipient=Member.objects.get(), sender=None, read_at=None)
    page = bar(client)
    assert ("has-unread" in page) == bool(told)
    if told:
        assert f'<span class="count">{told}<span' in page
        assert f"Inbox ({told})" in page


def test_it_leads_guests_back_to_where_they_were() -> None:
    assert bar(Client()).count("/login/?next=/") == 2
    assert bar(Client(), "/?sort=new&x=%22%3E").count('"/login/?next=/%3Fsort%3Dnew%26x%3D') == 2
    assert bar(Client(), "/login/?next=/boards/").count('"/login/?next=/boards/"') == 2


def test_it_escapes_where_guests_go_back_to() -> None:
    page = bar(Client(), "/login/?next=/%22%3E%3Cscript%3E%25s%00")
    assert page.count('"/login/?next=/%22%3E%3Cscript%3E%25s%00"') == 2


def test_it_stands_on_the_error_page_of_too_many_fields() -> None:
    answer = Client().get("/?" + "a&" * 201)
    assert answer.status_code == 400
    assert "/login/?next=" in answer.text
