"""What moderation does when something is written, reported or deleted, and when members go."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.urls import reverse

from accounts.models import Member
from boards.models import Board, Moderator, Viewer
from discussions.models import Comment, Post
from discussions.signals import deleted, edited, removed_shown, shown_to_moderator, written
from moderation import rules
from moderation.actions import cases, offers
from moderation.actions.content import board_of
from moderation.actions.log import By
from moderation.actions.offices import keep_looked_after, lock_boards
from moderation.actions.reports import reported
from moderation.models import Case


@receiver(written)
def judge_written(sender: Any, content: Post | Comment, **_: Any) -> None:
    rules.judge_written(content)


@receiver(edited)
def judge_edited(sender: Any, content: Post | Comment, **_: Any) -> None:
    rules.judge_edited(content)


@receiver(deleted)
def close_case(sender: Any, content: Post | Comment, **_: Any) -> None:
    cases.close_gone(board_of(content), content)


@receiver(removed_shown)
def say_which_stay(
    sender: Any, comments: list[Any], board: Board, viewer: Viewer, **_: Any
) -> None:
    by = By(viewer if isinstance(viewer, Member) else None)
    barred = offers.barred(comments, board, by)
    for comment in comments:
        comment.stays_removed = "removed_at" in barred.get(comment.pk, ())


@receiver(shown_to_moderator)
def say_what_can_be_done(
    sender: Any, comments: list[Any], board: Board, viewer: Member, **_: Any
) -> None:
    high = offers.out_of_reach(comments, board, viewer)
    reports = cases.reports_of_comments(board, comments, but_of=viewer)
    for comment in comments:
        comment.out_of_reach = comment.author_id in high
        comment.reports = reports.get(comment.pk, 0)


@receiver(pre_delete, sender=Case)
def tell_of_end(sender: Any, instance: Case, origin: Any, **_: Any) -> None:
    """It goes with what it is about: a post is purged, a board, or an account deleted."""
    if instance.closed_at is None:
        front = reverse("discussions:front")
        of_board = _goes_with_board(origin)
        cases.tell_gone(instance, front if of_board else instance.board.get_absolute_url())


@receiver(reported)
def judge_reported(sender: Any, content: Post | Comment | Member, count: int, **_: Any) -> None:
    if not isinstance(content, Member):
        rules.judge_reported(content, count)


@receiver(pre_delete, sender=Moderator)
def lock_before_delete(sender: Any, instance: Moderator, origin: Any, **_: Any) -> None:
    """The boards before anything of them is deleted (see discussions.locks); of a member all."""
    if _goes_with_board(origin):
        return
    goes = isinstance(origin, Member) or getattr(origin, "model", None) is Member
    lock_boards(_boards_of(instance.member_id) if goes else [instance.board])


@receiver(post_delete, sender=Moderator)
def see_to_board(sender: Any, instance: Moderator, origin: Any, **_: Any) -> None:
    """They stepped down, were taken off, or their account is being deleted; or else the board."""
    if not _goes_with_board(origin):
        keep_looked_after(Board.objects.filter(pk=instance.board_id))


def _goes_with_board(origin: Any) -> bool:
    return isinstance(origin, Board) or getattr(origin, "model", None) is Board


def _boards_of(member_id: int) -> QuerySet[Board]:
    return Board.objects.filter(moderator_set__member=member_id)


@receiver(pre_save, sender=Member)
def lock_before_save(sender: Any, instance: Member, **_: Any) -> None:
    """The boards before their own row, which waits for those who hold it and want a board.

    Outside of a transaction nothing is held by the time when `see_to_boards` asks.
    """
    if not instance.is_active and instance.pk and connection.in_atomic_block:
        lock_boards(_boards_of(instance.pk))


@receiver(post_save, sender=Member)
def see_to_boards(sender: Any, instance: Member, created: bool, **_: Any) -> None:
    """They may not sign in any more."""
    if not instance.is_active and not created:
        keep_looked_after(_boards_of(instance.pk))
