"""Who may take back what was done, by what the log says of who did it.

Nobody takes back what someone of a higher rank did, nor what was done about themselves, unless
someone lower did it. The rest is for others, or for an appeal.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board
from boards.policy import MEMBER, MODERATOR, OWNER, STAFF, rank
from discussions.models import Comment, Post
from moderation.actions.log import By
from moderation.models import Act
from moderation.models.desk import target_field
from moderation.models.log import Verb

RANKS = {"moderator": MODERATOR, "owner": OWNER, "staff": STAFF}
# What stands against a text until it is taken off, and what put it there.
SET_BY = {
    "removed_at": (Verb.REMOVE, Verb.SPAM, Verb.HOLD),
    "locked_at": (Verb.LOCK,),
    "is_nsfw": (Verb.LABEL,),
    "is_spoiler": (Verb.LABEL,),
}
ACTS_READ = 20


def height(by: By, board: Board) -> int:
    """How high they stand as far as the log tells, which knows no superusers."""
    return STAFF if by.actor is None else min(rank(by.actor, board), STAFF)


def refusal(act: Act, by: By, mine: int) -> str:
    """Why someone of the height `mine` may not take an act back, or ""."""
    if by.actor is None:
        return ""
    theirs = STAFF if act.source == Act.Source.COMMAND else RANKS.get(act.role, MEMBER)
    about_me = act.member_id == by.actor.pk and act.actor_id != by.actor.pk
    if about_me and (mine <= theirs or act.source != Act.Source.WEB):
        return _of_own(is_text=act.is_of_text)
    # What is held waits for any moderator.
    if mine < theirs and act.verb != Verb.HOLD:
        return _("Somebody of a higher rank did this. It can be taken back by them, or on appeal.")
    return ""


def require_to_take_off(content: Post | Comment, column: str, by: By, board: Board) -> None:
    """Raises PermissionDenied for who may not take off what stands against a text."""
    if by.actor is None:
        return
    said = refusal_to_take_off(content, column, _who_set(content, column), by, height(by, board))
    if said:
        raise PermissionDenied(said)


def refusal_to_take_off(
    content: Post | Comment, column: str, act: Act | None, by: By, mine: int
) -> str:
    """Why someone of the height `mine` may not take off what an act put there, or ""."""
    if by.actor is None:
        return ""
    if act is not None:
        return refusal(act, by, mine)
    # Nothing was written down about it.
    by_another = column == "removed_at" and content.removed_by_id != by.actor.pk
    own = content.author_id == by.actor.pk
    return _of_own(is_text=True) if own and by_another else ""


def require_to_change_ban(member: Member, board: Board, by: By) -> None:
    """Raises PermissionDenied for who may not change a ban that is in force."""
    acts = Act.objects.filter(member=member, board=board, verb__in=(Verb.BAN, Verb.MUTE))
    act = acts.filter(undone_by=None).order_by("-pk").first()
    said = refusal(act, by, height(by, board)) if act else ""
    if said:
        raise PermissionDenied(said)


def _who_set(content: Post | Comment, column: str) -> Act | None:
    acts = Act.objects.filter(**{target_field(content): content}, verb__in=SET_BY[column])
    for act in acts.filter(undone_by=None).order_by("-pk")[:ACTS_READ]:
        if column in columns_set(act):
            return act
    return None


def columns_set(act: Act) -> set[str]:
    """What an act put against a text."""
    before, after = act.before.get("before", {}), act.before.get("after", {})
    return {
        column
        for column, verbs in SET_BY.items()
        if act.verb in verbs and after.get(column) and before.get(column) != after[column]
    }


def _of_own(*, is_text: bool) -> str:
    if is_text:
        return _("Another moderator must decide this: you wrote it.")
    return _("Another moderator must decide this: it is about you.")
