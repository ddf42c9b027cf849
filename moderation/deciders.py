"""Whether anybody of a board may decide something, or only the staff of the site are left."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Member
from boards.models import Ban, Board, Moderator, Power
from moderation.models import Appeal, Target
from moderation.models.log import ABOUT_MEMBERS

ABOUT_A_MEMBER = Q(act__verb__in=ABOUT_MEMBERS)


def _trusted(offices: "QuerySet[Moderator]", powers: Iterable[Power]) -> "QuerySet[Moderator]":
    """Those with the powers who can sign in; who is banned looks after nothing meanwhile."""
    bans = Ban.objects.in_force().filter(
        member=OuterRef("member"), board=OuterRef("board"), is_mute=False
    )
    everything = Q(**{power.value: True for power in powers})
    offices = offices.filter(Q(is_owner=True) | everything, ~Exists(bans))
    return offices.filter(member__is_active=True, member__imported=False)


def is_left_to_staff(board: Board, target: Target) -> bool:
    """Whether a target is, or is by, the only one of its board who might decide about it."""
    author = target.pk if isinstance(target, Member) else target.author_id
    powers = [Power.CONTENT, Power.MEMBERS] if isinstance(target, Member) else [Power.CONTENT]
    offices = _trusted(Moderator.objects.filter(board=board), powers)
    return set(offices.values_list("member", flat=True)[:2]) == {author}


def left_to_staff() -> Q:
    """The appeals that nobody of their boards may decide, but who acted or appealed."""
    others = Moderator.objects.filter(board=OuterRef("board"))
    others = others.exclude(member=OuterRef("member"))
    # Nobody is the actor of what a rule did.
    others = others.exclude(member=Coalesce(OuterRef("act__actor"), 0))
    of_members, of_texts = (
        Exists(_trusted(others, [power]).order_by()) for power in (Power.MEMBERS, Power.CONTENT)
    )
    return (ABOUT_A_MEMBER & ~of_members) | (~ABOUT_A_MEMBER & ~of_texts)


def is_appeal_left_to_staff(appeal: Appeal) -> bool:
    return Appeal.objects.filter(left_to_staff(), pk=appeal.pk).exists()
