"""Remembering what members have seen of threads."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Case, F, PositiveIntegerField, Value, When
from django.db.models.functions import Greatest

from accounts.models import Member
from discussions.models import Post, Visit
from paging import Given
from paging.statements import Asked
from paging.writing import Update, prepared_update, send

logger = logging.getLogger(__name__)

# A page that is opened again and again is written down this often at most, unless comments came.
# Nothing is lost by it: had any come in between, they would have been counted.
WRITE_EVERY = timedelta(minutes=5)


def record_visit(*, member: Member, post: Post, before: Visit | None, at: datetime) -> None:
    """Remember that a member opened a thread `at` a moment before it was read.

    `post` and `before`, the member's last visit, are as read for the page. At most one statement,
    which two tabs may send at once: both say the same. If the database can't write, the page is
    still worth reading, so that is only logged.
    """
    try:
        if before is None:
            _begin(member, post, at)
        elif _tells_more(before, post) or at - before.seen_at >= WRITE_EVERY:
            _renew(before, post, at)
    except DatabaseError:
        logger.warning("A visit could not be written down.", exc_info=True)


def _tells_more(before: Visit, post: Post) -> bool:
    """As many may have gone as came: then the date tells."""
    return before.comment_count != post.comment_count or before.seen_at < post.active_at


def _begin(member: Member, post: Post, at: datetime) -> None:
    visit = Visit(member=member, post=post, since=at, seen_at=at, comment_count=post.comment_count)
    Visit.objects.bulk_create([visit], ignore_conflicts=True)


def _renew(visit: Visit, post: Post, at: datetime) -> None:
    """As the page told; the member may have replied since it was read, and then it only rises."""
    seen = Value(post.comment_count, output_field=PositiveIntegerField())
    Visit.objects.filter(pk=visit.pk).update(
        since=visit.since_when(at),
        seen_at=at,
        comment_count=Case(
            When(comment_count=visit.comment_count, then=seen),
            default=Greatest(F("comment_count"), seen),
        ),
    )


def count_own_comment(*, member: Member, post: Post) -> None:
    """Nobody is told that their own comment is new. Within the transaction that writes it."""
    send(own_comment(member=member, post=post))


def own_comment(*, member: Member, post: Post) -> Asked:
    """The statement of `count_own_comment`."""
    return _count_one.asked(member=member.pk, post=post.pk)


@prepared_update
def _count_one(member: Given, post: Given) -> Update:
    visit = Visit.objects.filter(member=member, post=post)
    return Update(visit, comment_count=F("comment_count") + 1)
