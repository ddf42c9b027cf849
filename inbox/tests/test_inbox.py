import re

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from inbox.models import Letter
from inbox.tests.conftest import NOON
from inbox.views import PAGE_SIZE

pytestmark = pytest.mark.django_db


def titles(response):
    return [letter.title for letter in response.context["letters"]]


def test_it_asks_guests_to_sign_in(client):
    assertRedirects(client.get("/inbox/"), "/login/?next=/inbox/")


def test_it_says_what_to_do_when_it_is_empty(as_alice):
    response = as_alice.get("/inbox/")
    assertContains(response, "arrive here")
    assertNotContains(response, "Mark all read")
    assertContains(as_alice.get("/inbox/?show=unread"), "You have read everything.")


def test_a_letter_tells_who_wrote_what_and_where(as_alice, write):
    letter = write()
    response = as_alice.get("/inbox/")
    for text in ("bob", "reply to your comment", "Letter 001", "What bob said"):
        assertContains(response, text)
    assertContains(response, f'href="{letter.url}"')
    assertContains(response, f'formaction="/inbox/{letter.pk}/read/"')


def test_a_sender_who_is_gone_shows_as_deleted(as_alice, write, bob):
    write()
    bob.delete()
    assertContains(as_alice.get("/inbox/"), "[deleted]")


def test_what_letters_hold_is_escaped(as_alice, write):
    write(title="<script>alert(1)</script>", excerpt='"><img src=x onerror=alert(1)>')
    page = as_alice.get("/inbox/").content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page


def test_newest_come_first(as_alice, write):
    for _ in range(3):
        write()
    assert titles(as_alice.get("/inbox/")) == ["Letter 003", "Letter 002", "Letter 001"]


def test_unread_letters_are_marked_in_words(as_alice, write):
    write(read_at=timezone.now())
    assertNotContains(as_alice.get("/inbox/"), ">new<")
    write()
    assertContains(as_alice.get("/inbox/"), ">new<", count=1)


def test_unread_letters_can_be_shown_alone(as_alice, write):
    write(read_at=timezone.now())
    write()
    assert titles(as_alice.get("/inbox/?show=unread")) == ["Letter 002"]
    assert len(titles(as_alice.get("/inbox/?show=nonsense"))) == 2


def test_nobody_elses_letters_are_shown(as_alice, write, bob):
    write(recipient=bob, title="A secret")
    assertNotContains(as_alice.get("/inbox/"), "A secret")


def test_looking_changes_nothing(as_alice, write):
    write()
    as_alice.get("/inbox/")
    as_alice.head("/inbox/")
    assert Letter.objects.unread().count() == 1
    assert as_alice.post("/inbox/").status_code == 405


@pytest.mark.parametrize("show", ["", "show=unread&"])
def test_pages_hold_every_letter_once(as_alice, write, show):
    for number in range(2 * PAGE_SIZE + 1):
        write(created_at=NOON if number % 2 else timezone.now())  # many of the same moment
    seen, path = [], f"/inbox/?{show}"
    while path:
        response = as_alice.get(path)
        seen += titles(response)
        after = re.search(r'<a href="(\?[^"]*)" rel="next"', response.content.decode())
        path = "/inbox/" + after[1].replace("&amp;", "&") if after else ""
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 1


def test_behind_the_last_letter_there_is_a_way_back(as_alice, write):
    write()
    response = as_alice.get("/inbox/", {"after": "2001-01-01T00:00:00+00:00~1"})
    assertContains(response, "There are no older letters.")


@pytest.mark.parametrize(
    "after", ["x", "~", "1~1", "2026-01-01~x", "\x00~1", f"2026-01-01~{'9' * 99}"]
)
def test_it_refuses_a_page_that_never_was(as_alice, after):
    assert as_alice.get("/inbox/", {"after": after}).status_code == 400


def test_the_number_of_queries_does_not_grow(as_alice, write, django_assert_num_queries):
    write()
    with django_assert_num_queries(4):  # session, member, letters, unread count
        as_alice.get("/inbox/")
    for _ in range(PAGE_SIZE + 5):
        write()
    with django_assert_num_queries(4):
        as_alice.get("/inbox/")


def test_the_bar_counts_unread_letters(as_alice, write):
    write()
    write(read_at=timezone.now())
    assertContains(as_alice.get("/settings/"), '<span class="count">1')


def test_the_badge_counts_to_99(as_alice, alice):
    for count, shown in ((99, b"(99)"), (100, b"(99+)"), (101, b"(99+)")):
        Letter.objects.bulk_create(
            Letter(recipient=alice, kind=Letter.Kind.MENTION, title="x", subject_key=f"board/{n}/")
            for n in range(Letter.objects.count(), count)
        )
        assert shown in as_alice.get("/inbox/").content
