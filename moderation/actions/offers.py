"""What is offered to somebody to take back, so that no button is shown that would be refused."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Member
from boards.models import Ban, Board, Moderator, Power, is_site_staff
from boards.policy import MEMBER, MODERATOR, OWNER, STAFF, may, rank
from discussions.models import Post
from moderation.actions import people, ranks, undo
from moderation.actions.log import By
from moderation.models import Act
from moderation.models.log import ABOUT_MEMBERS, ANSWERS
from moderation.standing import Standing


def barred(texts: Iterable[Any], board: Board, by: By) -> dict[int, set[str]]:
    """The columns of some posts, or some comments, that somebody may not take off, by their ids.

    Costs nothing where nothing stands against them, else one query more than the rank.
    """
    standing = {
        text.pk: [column for column in ranks.SET_BY if getattr(text, column, None)]
        for text in texts
    }
    texts = [text for text in texts if standing[text.pk]]
    if not texts or by.actor is None:
        return {}
    field = "post" if isinstance(texts[0], Post) else "comment"
    verbs = {verb for some in ranks.SET_BY.values() for verb in some}
    acts = Act.objects.filter(**{f"{field}__in": [text.pk for text in texts]}, verb__in=verbs)
    acts = acts.filter(undone_by=None).defer("snapshot", "reason", "note").order_by("-pk")
    setters: dict[tuple[int, str], Act] = {}
    for act in acts[: ranks.ACTS_READ * len(texts)]:
        for column in ranks.columns_set(act):
            setters.setdefault((getattr(act, f"{field}_id"), column), act)
    mine = ranks.height(by, board)
    found: dict[int, set[str]] = {}
    for text in texts:
        refused = {
            column
            for column in standing[text.pk]
            if ranks.refusal_to_take_off(text, column, setters.get((text.pk, column)), by, mine)
        }
        if refused:
            found[text.pk] = refused
    return found


def why_ban_stays(member: Member, standing: Ban | None, board: Board, by: By) -> str:
    """Why somebody may not change a ban that is in force, or ""."""
    if standing is None:
        return ""
    try:
        ranks.require_to_change_ban(member, board, by)
    except PermissionDenied as refused:
        return str(refused)
    return ""


def liftable(viewer: Member, board: Board, standing: Iterable[Standing]) -> set[int]:
    """The members whose ban in force the viewer can lift, who may act on members; by their ids.

    By the same few queries for all; more for moderators and the staff, who are few.
    """
    by, height = By(viewer), rank(viewer, board)
    mine = min(height, STAFF)
    members = [
        one.ban.member for one in standing if not (one.act and ranks.refusal(one.act, by, mine))
    ]
    offices = Moderator.objects.filter(board=board, member__in=members)
    holders = set(offices.values_list("member", flat=True))
    return {
        member.pk
        for member in members
        if height > (rank(member, board) if member.is_staff or member.pk in holders else MEMBER)
    }


def undoable(viewer: Member, board: Board, acts: Sequence[Act]) -> set[int]:
    """The ids of acts on a board that the viewer can take back; of all by the same few queries.

    The acts are read with their texts.
    """
    powers = {power for power in Power if may(viewer, board, power)}
    found = [act for act in acts if _power_for(act) in powers and not _is_of_own(viewer, act)]
    for act in found:
        act.board = board
    found = not_refused(viewer, found) if found else []
    bans = Ban.objects.filter(board=board, member__in={act.member_id for act in found})
    kept = {ban.member_id: people.kept_of(ban) for ban in bans} if found else {}
    return {act.pk for act in found if _is_as_left(act, kept)}


def not_refused(viewer: Member, acts: Sequence[Act]) -> list[Act]:
    """Those that can be taken back, and by them."""
    refused = refused_acts(viewer, acts)
    return [act for act in undo.can_undo(acts) if act.pk not in refused]


def refused_acts(viewer: Member, acts: Sequence[Act]) -> dict[int, str]:
    """Why they can't take back acts, by the ids of those that they can't."""
    found: dict[int, str] = {}
    for board in {act.board for act in acts}:
        there = [act for act in acts if act.board_id == board.pk]
        for pk, error in undo.refusals(there, board, By(viewer)).items():
            said = error.messages if isinstance(error, ValidationError) else [str(error)]
            found[pk] = " ".join(said)
    return found


def may_take_back(viewer: Member, board: Board, act: Act) -> bool:
    """Whether such an act is theirs to take back at all."""
    if act.verb in ANSWERS or _is_of_own(viewer, act):
        return False
    return may(viewer, board, _power_for(act))


def _is_of_own(viewer: Member, act: Act) -> bool:
    return act.member_id == viewer.pk and not is_site_staff(viewer)


def _power_for(act: Act) -> Power:
    return Power.MEMBERS if act.verb in ABOUT_MEMBERS else Power.CONTENT


def _is_as_left(act: Act, bans: Mapping[Any, Any]) -> bool:
    """Whether nothing else was done about it since."""
    after = act.before.get("after", {})
    if "ban" in after:
        return bool(bans.get(act.member_id) == after["ban"])
    text = (act.comment or act.post) if act.is_of_text else None
    return text is None or undo.is_as_left(text, after)


def too_high(subjects: Iterable[tuple[Member, Board]], viewer: Member) -> set[tuple[int, int]]:
    """Of members on boards those on whom the viewer can't act there, by their ids; not oneself.

    By one query however many they are, but where the staff are among them.
    """
    found = {(one.pk, board.pk): (one, board) for one, board in subjects if one != viewer}
    if not found:
        return set()
    members, boards = ({pair[place] for pair in found} for place in (0, 1))
    offices = Moderator.objects.filter(board__in=boards, member__in=members | {viewer.pk})
    held = {(office.member_id, office.board_id): office for office in offices}

    def height_of(member: Member, board: Board) -> int:
        if is_site_staff(member):
            return rank(member, board)
        office = held.get((member.pk, board.pk))
        return MEMBER if office is None else OWNER if office.is_owner else MODERATOR

    return {
        pair
        for pair, (one, board) in found.items()
        if height_of(one, board) >= height_of(viewer, board)
    }


def out_of_reach(texts: Iterable[Any], board: Board, viewer: Member) -> set[int]:
    """The authors of texts on a board on whom the viewer can't act.

    Costs no query but where the staff are among them; models are read with their authors.
    """
    texts = list(texts)
    authors = {text.author_id for text in texts} - {viewer.pk, None}
    if not authors:
        return set()
    offices = {office.member_id: office for office in board.listed_moderators}
    heights = {pk: OWNER if offices[pk].is_owner else MODERATOR for pk in authors & offices.keys()}
    if staff := {text.author_id for text in texts if text.author_is_staff} & authors:
        heights |= {
            member.pk: rank(member, board) for member in Member.objects.filter(pk__in=staff)
        }
    if not heights:
        return set()
    mine = rank(viewer, board)
    return {pk for pk, height in heights.items() if height >= max(mine, MODERATOR)}
