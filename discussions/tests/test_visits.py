"""What is remembered when a member opens a thread."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import delete_account
from accounts.models import Member
from discussions.actions.comments import delete_comment, reply
from discussions.actions.visits import WRITE_EVERY, record_visit
from discussions.models import Comment, Post, Visit
from discussions.models.visits import VISIT_LASTS
from discussions.tests.clock import let_pass
from discussions.tests.conftest import signed_in
from discussions.threads import Thread, load_thread
from moderation.actions.content import set_locked
from moderation.actions.log import By
from rboard.tests.security.threads import at_once


def visit_of(member: Member) -> Visit:
    return Visit.objects.get(member=member)


def opening(client: Client, post: Post) -> list[str]:
    """Open the thread; the statements that wrote something meanwhile."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(post.get_absolute_url()).status_code == 200
    statements = [query["sql"] for query in queries]
    return [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_first_opening_is_remembered(post: Post, comment: Comment, ben: Member) -> None:
    before = timezone.now()
    assert len(opening(signed_in(ben), post)) == 1
    visit = visit_of(ben)
    assert before < visit.seen_at < timezone.now()
    assert visit.since == visit.seen_at
    assert (visit.post_id, visit.comment_count) == (post.pk, 1)


def test_nobody_else_and_nothing_else_is(post: Post, comment: Comment, ben: Member) -> None:
    client = signed_in(ben)
    Client().get(post.get_absolute_url())
    client.head(post.get_absolute_url())
    client.get(f"/b/board_a/{post.pk}/other-slug/")
    client.get(comment.get_absolute_url())
    client.get("/b/board_a/")
    assert not Visit.objects.exists()


def test_the_same_again_writes_nothing(post: Post, ben: Member) -> None:
    client = signed_in(ben)
    assert len(opening(client, post)) == 1
    assert opening(client, post) == []


def test_what_came_is_written_down(post: Post, ann: Member, ben: Member) -> None:
    client = signed_in(ben)
    opening(client, post)
    reply(author=ann, post=post, text="new")
    assert len(opening(client, post)) == 1
    assert visit_of(ben).comment_count == 1


def test_what_comes_while_the_page_is_read_is_new_the_next_time(
    post: Post, ann: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_slowly(*args: Any, **options: Any) -> Thread:
        thread = load_thread(*args, **options)
        reply(author=ann, post=post, text="meanwhile")
        return thread

    monkeypatch.setattr("discussions.views.threads.load_thread", load_slowly)
    opening(signed_in(ben), post)
    assert visit_of(ben).seen_at < Comment.objects.get().created_at
    assert visit_of(ben).comment_count == 0


def test_a_long_visit_is_written_down_now_and_then(post: Post, ben: Member) -> None:
    client = signed_in(ben)
    opening(client, post)
    let_pass(seconds=WRITE_EVERY.total_seconds())
    before = visit_of(ben)
    assert len(opening(client, post)) == 1
    assert visit_of(ben).seen_at > before.seen_at
    assert visit_of(ben).since == before.since


def test_half_an_hour_later_it_is_another_visit(post: Post, ben: Member) -> None:
    client = signed_in(ben)
    opening(client, post)
    let_pass(seconds=VISIT_LASTS.total_seconds())
    before = visit_of(ben)
    opening(client, post)
    assert visit_of(ben).since == before.seen_at


@pytest.mark.parametrize(("minutes", "since"), [(0, "since"), (29, "since"), (30, "seen_at")])
def test_since_when_comments_are_new(minutes: int, since: str) -> None:
    now = timezone.now()
    visit = Visit(since=now - timedelta(days=1), seen_at=now, comment_count=0)
    assert visit.since_when(now + timedelta(minutes=minutes)) == getattr(visit, since)


def test_ones_own_comment_is_counted_as_seen(post: Post, ann: Member, ben: Member) -> None:
    for member in (ann, ben):
        opening(signed_in(member), post)
    reply(author=ben, post=post, text="mine")
    assert visit_of(ben).comment_count == 1
    assert visit_of(ann).comment_count == 0


def test_who_replies_without_having_been_there_has_no_visit(post: Post, ben: Member) -> None:
    reply(author=ben, post=post, text="mine")
    assert not Visit.objects.exists()


def test_a_reply_that_is_undone_is_not_counted(post: Post, ben: Member, mo: Member) -> None:
    opening(signed_in(ben), post)
    stale = Post.objects.select_related("board").get(pk=post.pk)
    set_locked(post, By(mo), locked=True)
    with pytest.raises(PermissionDenied):
        reply(author=ben, post=stale, text="too late")
    assert visit_of(ben).comment_count == 0


def test_a_page_read_before_ones_reply_takes_nothing_back(post: Post, ben: Member) -> None:
    opening(signed_in(ben), post)
    before = visit_of(ben)
    let_pass(hours=1)
    stale = Post.objects.get(pk=post.pk)
    reply(author=ben, post=post, text="mine")
    record_visit(member=ben, post=stale, before=before, at=timezone.now() + timedelta(hours=1))
    assert visit_of(ben).comment_count == 1


def test_what_is_deleted_was_not_seen(
    post: Post, comment: Comment, ann: Member, ben: Member
) -> None:
    """Else as many that come would not be told of."""
    client = signed_in(ben)
    opening(client, post)
    delete_comment(author=ann, comment=comment)
    assert len(opening(client, post)) == 1
    assert visit_of(ben).comment_count == 0
    assert opening(client, post) == []


def test_an_account_takes_its_visits_along(post: Post, ben: Member, ann: Member) -> None:
    for member in (ann, ben):
        opening(signed_in(member), post)
    delete_account(member=ben)
    assert [visit.member for visit in Visit.objects.all()] == [ann]


def test_a_post_takes_its_visits_along(post: Post, ben: Member) -> None:
    opening(signed_in(ben), post)
    post.delete()
    assert not Visit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_open_at_once(
    post: Post, ann: Member, ben: Member, caplog: pytest.LogCaptureFixture
) -> None:
    def tabs() -> list[Callable[[], int]]:
        clients = [signed_in(ben) for _ in range(6)]
        return [lambda c=client: c.get(post.get_absolute_url()).status_code for client in clients]

    assert set(at_once(tabs())) == {200}
    first = visit_of(ben)
    let_pass(hours=1)
    reply(author=ann, post=post, text="new")
    seen_at = visit_of(ben).seen_at
    assert set(at_once(tabs())) == {200}
    again = visit_of(ben)
    assert (again.pk, again.comment_count, again.since) == (first.pk, 1, seen_at)
    assert not caplog.records


@pytest.mark.django_db(transaction=True)
def test_who_reads_and_replies_at_once_has_seen_their_own(post: Post, ben: Member) -> None:
    opening(signed_in(ben), post)
    let_pass(hours=1)
    tabs = [signed_in(ben) for _ in range(4)]
    at_once(
        [lambda c=tab: c.get(post.get_absolute_url()) for tab in tabs]
        + [lambda n=number: reply(author=ben, post=post, text=str(n)) for number in range(4)]
    )
    post.refresh_from_db()
    assert visit_of(ben).comment_count == post.comment_count == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", [True, False])
def test_a_database_that_takes_no_writing_can_be_read(
    post: Post, ann: Member, ben: Member, first: bool
) -> None:
    client = signed_in(ben)
    if not first:
        opening(client, post)
    reply(author=ann, post=post, text="new")
    before = list(Visit.objects.values())
    read_only = {
        "postgresql": (
            "SET default_transaction_read_only = on",
            "SET default_transaction_read_only = off",
        ),
        "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
    }
    on, off = read_only[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        html = client.get(post.get_absolute_url()).content.decode()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)
    assert "new</p>" in html
    assert list(Visit.objects.values()) == before
