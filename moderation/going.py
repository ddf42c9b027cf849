"""What hangs on an account that is going, locked in the order of discussions.locks."""

from typing import Any

from django.db.models import Q, QuerySet
from django.dispatch import receiver

from accounts.models import Member
from accounts.signals import going
from boards.models import Board, Moderator, Subscription
from discussions import bulk
from discussions.locks import IDS_PER_QUERY, lock_trees
from discussions.models import Comment, Post
from moderation.models import Case, Report


@receiver(going)
def lock_all(sender: type[Member], member: Member, **_: Any) -> None:
    """Else who moderates, or replies to them, and who deletes could wait for each other.

    Their own row after the trees and before their posts, as who replies to them holds it.
    """
    wrote = Q(author=member) | Q(removed_by=member)
    posts, comments = Post.objects.filter(wrote), Comment.objects.filter(wrote)
    cases = Case.objects.filter(Q(member=member) | Q(claimed_by=member) | Q(closed_by=member))
    _lock(Board.objects.all(), _boards_of(member, posts, comments, cases))
    lock_trees(comments.values_list("tree_id", flat=True))
    list(Member.objects.select_for_update().filter(pk=member.pk).values_list("pk"))
    for rows in (posts, cases):
        _lock(rows.model._default_manager.all(), set(rows.values_list("pk", flat=True)))


def _boards_of(
    member: Member, posts: QuerySet[Post], comments: QuerySet[Comment], cases: QuerySet[Case]
) -> set[int]:
    """Where they did or were anything of which somebody who moderates may write to them."""
    found: list[tuple[QuerySet[Any], str]] = [
        (Board.objects.filter(created_by=member), "pk"),
        (Subscription.objects.filter(member=member), "board"),
        (Moderator.objects.filter(member=member), "board"),
        (posts, "board"),
        (comments, "post__board"),
        (cases, "board"),
        (Report.objects.filter(reporter=member), "case__board"),
    ]
    return {
        pk
        for rows, column in found
        for pk in rows.order_by().values_list(column, flat=True).distinct()
    }


def _lock(rows: QuerySet[Any], pks: set[int]) -> None:
    for some in bulk.chunks(sorted(pks), IDS_PER_QUERY):
        found = rows.filter(pk__in=some).order_by("pk").select_for_update(no_key=True, of=("self",))
        list(found.values_list("pk"))
