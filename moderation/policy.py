"""Who may know what of what moderators did."""

from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board, Power, Viewer
from boards.policy import moderates, office_of_viewer
from moderation.models import Act, DeskSettings
from moderation.models.log import SITE_RULE, Verb

# What the moderators write for each other, though it is about a member.
AMONG_MODERATORS = (Verb.NOTE, Verb.PASS_ON)


def names_moderators(viewer: Viewer, board: Board) -> bool:
    """Whether the viewer is told which moderator did something: the moderators always are.

    The board is read `with_standing` of the viewer.
    """
    if moderates(viewer, board):
        return True
    settings = DeskSettings.objects.filter(board=board).first()
    return settings is None or settings.names_moderators


def can_read_act(viewer: Member, act: Act, board: Board) -> bool:
    """An act is told to whom it concerns, banned or not, and to those who look after the board."""
    if moderates(viewer, board):
        return True
    return act.member_id == viewer.pk and act.verb not in AMONG_MODERATORS


def may_review(viewer: Viewer, board: Board) -> bool:
    """Moderators who are trusted with content, and staff by their permissions in the admin.

    The board is read `with_standing` of the viewer.
    """
    if not viewer.is_authenticated:
        return False
    if viewer.is_staff and viewer.has_perm("moderation.view_case"):
        return True
    if board.viewer_ban == "ban":
        return False
    office = office_of_viewer(viewer, board)
    return office is not None and office.may(Power.CONTENT)


def doer(act: Act, *, named: bool) -> str:
    """Who did it, in words for the person."""
    if act.source == Act.Source.RULE:
        if SITE_RULE in act.before:
            return _("a rule of the site")
        return (
            _("the rule “%(name)s”") % {"name": act.rule} if act.rule else _("a rule of this board")
        )
    if act.source == Act.Source.SITE:
        return _("this site, by itself")
    if act.source == Act.Source.COMMAND:
        return _("the operator of this site")
    if act.role == "staff":
        return _("the staff of this site")
    if named and act.actor is not None:
        return str(act.actor)
    return _("a moderator")
