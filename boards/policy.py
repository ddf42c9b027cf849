"""Who may do what on a board. The board is read `with_standing` of the viewer."""

from django.db.models import QuerySet

from accounts.models import Member
from boards.models import (
    Ban,
    Board,
    Moderator,
    Power,
    Viewer,
    is_site_staff,
    powers_everywhere,
)
from paging import Given, planned

# Ranks: nobody acts on someone of equal or higher rank.
MEMBER, MODERATOR, OWNER, STAFF, SUPERUSER = range(5)


def moderates(viewer: Viewer, board: Board) -> bool:
    """A board's moderators look after it, and staff with a role after every board."""
    return _looks_after(board) or is_site_staff(viewer)


def _looks_after(board: Board) -> bool:
    """Whether the viewer moderates it; who is banned from it (not muted) doesn't meanwhile."""
    return board.viewer_moderates and board.viewer_ban != "ban"


def may(viewer: Viewer, board: Board, power: Power) -> bool:
    """Owners may do everything, moderators and staff what they are trusted with."""
    if not viewer.is_authenticated:
        return False
    if power in powers_everywhere(viewer):
        return True
    office = office_of_viewer(viewer, board)
    return office is not None and office.may(power)


@planned
def _ban(board: Given, member: Given) -> "QuerySet[Ban, tuple[bool]]":
    return Ban.objects.in_force().filter(board=board, member=member).values_list("is_mute")


def ban_now(member: Member, board_id: int) -> str:
    """What keeps a member from taking part in a board at this moment: "ban", "mute" or ""."""
    found = _ban.rows(board=board_id, member=member.pk)
    return ("mute" if found[0][0] else "ban") if found else ""


def office_of(member: Member, board: Board) -> Moderator | None:
    """The office that a member holds on a board, if any."""
    return Moderator.objects.filter(board=board, member=member).first()


def office_of_viewer(viewer: Member, board: Board) -> Moderator | None:
    """As `office_of`, for a board that is read with the standing of the viewer; not if banned."""
    if not _looks_after(board):
        return None
    return next((each for each in board.listed_moderators if each.member_id == viewer.pk), None)


def rank(member: Member | None, board: Board) -> int:
    """How high a member stands on a board; nobody is who has no account any more."""
    if member is None:
        return MEMBER
    if is_site_staff(member):
        return _rank_of_staff(member)
    office = office_of(member, board)
    return MEMBER if office is None else _rank_on_board(office)


def rank_of_office(office: Moderator) -> int:
    """How high stands who holds an office, where offices are given; read with its member."""
    return rank_over_offices(office.member, office)


def rank_over_offices(member: Member, office: Moderator | None) -> int:
    """How high a member, who may hold an office on the board, stands where offices are given.

    Staff by their power over the moderators of every board; without it as high as others.
    """
    if Power.MODERATORS in powers_everywhere(member):
        return _rank_of_staff(member)
    return MEMBER if office is None else _rank_on_board(office)


def _rank_of_staff(member: Member) -> int:
    return SUPERUSER if member.is_superuser else STAFF


def _rank_on_board(office: Moderator) -> int:
    return OWNER if office.is_owner else MODERATOR


def outranks(actor: Member, member: Member | None, board: Board) -> bool:
    """Whether someone may act on a member, or on what they wrote."""
    return rank(actor, board) > rank(member, board)


def powers_to_give(member: Member, office: Moderator | None) -> set[Power]:
    """With what a member may trust moderators, who may hold an office on the board.

    Who is trusted with moderators gives on what they have, on every board or on this one; but who
    is so by an office not that: only owners do.
    """
    everywhere = set(powers_everywhere(member))
    found = everywhere if Power.MODERATORS in everywhere else set()
    if office is None or not office.may(Power.MODERATORS):
        return found
    return found | (set(Power) if office.is_owner else office.powers - {Power.MODERATORS})


def may_make_owners(height: int, to_give: set[Power], board: Board) -> bool:
    """Whether someone of this height, with these `powers_to_give`, may give a board away.

    An owner has all powers; a board that nobody looks after goes to whom the staff find.
    """
    return height > OWNER and (to_give == set(Power) or board.is_orphaned)


def may_change_office(office: Moderator, height: int, to_give: set[Power]) -> bool:
    """Whether someone of this height, who has these `powers_to_give`, may change or end an office.

    Owners and staff, of who stands lower; others, of moderators with no more than they can give.
    """
    theirs = rank_of_office(office)
    if height > MODERATOR:
        return theirs < height
    return theirs == MODERATOR and bool(to_give) and office.powers <= to_give


def boards_moderated_by(viewer: Viewer) -> set[int]:
    """The ids of the boards a member looks after, for lists that reach over many."""
    if not viewer.is_authenticated:
        return set()
    bans = Ban.objects.in_force().filter(member=viewer, is_mute=False)
    offices = Moderator.objects.filter(member=viewer).exclude(board__in=bans.values("board"))
    return set(offices.values_list("board", flat=True))
