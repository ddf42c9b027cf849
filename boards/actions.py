"""What happens to boards and the people around them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import ApprovedMember, Board, Moderator, Subscription
from markup import render

# A home feed looks into each of them.
MOST_SUBSCRIPTIONS = 1_000


def make_board(
    *,
    maker: Member,
    name: str,
    title: str,
    description: str = "",
    rules: str = "",
    is_private: bool = False,
) -> Board:
    """Make a board, its maker its first moderator and subscriber.

    Raises ValidationError if the name is taken, markup.MarkupError if a text can't be rendered.
    """
    board = Board(
        name=name,
        title=title,
        description=description,
        description_html=render(description),
        rules=rules,
        rules_html=render(rules),
        is_private=is_private,
        created_by=maker,
    )
    try:
        with transaction.atomic():
            board.save(force_insert=True)
            Moderator.objects.create(board=board, member=maker, appointed_by=maker, is_owner=True)
            subscribe(member=maker, board=board)
    except IntegrityError:
        raise ValidationError({"name": name_is_taken()}) from None
    return board


def name_is_taken() -> ValidationError:
    return ValidationError(_("There is a board of this name already."), code="taken")


def describe_board(
    *, board: Board, title: str, description: str, rules: str, is_private: bool
) -> None:
    """Change what a board says of itself. Raises markup.MarkupError."""
    board.title, board.is_private = title, is_private
    board.description, board.description_html = description, render(description)
    board.rules, board.rules_html = rules, render(rules)
    board.save(
        update_fields=[
            "title",
            "description",
            "description_html",
            "rules",
            "rules_html",
            "is_private",
        ]
    )


def subscribe(*, member: Member, board: Board) -> None:
    """Follow a board. Raises PermissionDenied for one board too many."""
    with transaction.atomic():
        _lock(board)
        # Then the member's, so that two boards followed at once are counted one after the other.
        list(Member.objects.select_for_update(no_key=True).filter(pk=member.pk).values_list("pk"))
        if member.subscriptions.exclude(board=board).count() >= MOST_SUBSCRIPTIONS:
            said = _("You follow %(n)d boards already; leave one of them first.")
            raise PermissionDenied(said % {"n": MOST_SUBSCRIPTIONS})
        _row, new = Subscription.objects.get_or_create(member=member, board=board)
        if new:
            _count_subscribers(board, +1)


def unsubscribe(*, member: Member, board: Board) -> None:
    with transaction.atomic():
        _lock(board)
        gone, _rows = Subscription.objects.filter(member=member, board=board).delete()
        if gone:
            _count_subscribers(board, -1)


def _lock(board: Board) -> None:
    """The board's row first, as whoever changes the board does: who waits then holds nothing."""
    list(Board.objects.select_for_update(no_key=True).filter(pk=board.pk).values_list("pk"))


def _count_subscribers(board: Board, change: int) -> None:
    Board.objects.filter(pk=board.pk).update(subscriber_count=F("subscriber_count") + change)


def appoint(*, board: Board, member: Member, by: Member | None) -> bool:
    """Make a member a moderator; whether they were not one already.

    Asks nobody and writes nothing down: moderation.actions.offices.appoint does both.
    """
    _, new = Moderator.objects.get_or_create(
        board=board, member=member, defaults={"appointed_by": by}
    )
    return new


def step_down(*, board: Board, member: Member) -> bool:
    """Take a moderator off; False, and nothing changed, for the last one who can sign in."""
    with transaction.atomic():
        # The board's row serialises two moderators who would step down at once.
        Board.objects.select_for_update().get(pk=board.pk)
        others = board.moderator_set.exclude(member=member)
        if not others.filter(member__is_active=True, member__imported=False).exists():
            return False
        board.moderator_set.filter(member=member).delete()
        return True


def approve(*, board: Board, member: Member, by: Member | None) -> bool:
    """Let a member into a private board; whether they were not in already.

    Asks nobody and writes nothing down: moderation.actions.members.let_in does both.
    """
    _, new = ApprovedMember.objects.get_or_create(
        board=board, member=member, defaults={"approved_by": by}
    )
    return new


def dismiss(*, board: Board, member: Member) -> None:
    """Take back what `approve` gave. Call discussions.actions.access.dismiss, which does all."""
    board.approved_set.filter(member=member).delete()


def drop_outsiders(board: Board) -> None:
    """End the subscriptions of those who no longer read a private board, locked by the caller."""
    board.subscriptions.exclude(member__in=board.readers()).delete()
    Board.objects.filter(pk=board.pk).update(subscriber_count=board.subscriptions.count())
