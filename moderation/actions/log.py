"""Writing the mod log, and knowing who does something and from where."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board, Power, is_site_staff
from boards.policy import MODERATOR, OWNER, STAFF, may, outranks, rank
from discussions.models import Comment, Post
from markup import clean
from moderation.actions import refusals
from moderation.models import Act, Case, Target
from moderation.models.log import NOTE_MAX_LENGTH, REASON_MAX_LENGTH, RULE_ID, SITE_RULE, Verb


@dataclass(frozen=True)
class By:
    """Who does something, and how: a moderator on the site, the operator by command, or a rule.

    `batch` is the same for all that is done together, and can be taken back together.
    """

    actor: Member | None = None
    source: str = Act.Source.WEB
    rule: str = ""
    batch: UUID | None = None
    # Of the rule, by which it knows its own acts, whatever it and others are called.
    rule_id: int | None = None
    # Whether the rule is one of the site.
    of_site: bool = False

    def require(self, board: Board, power: Power) -> None:
        """Raises PermissionDenied unless they may do such things on the board, as it is now."""
        if self.actor is None:
            return
        board = Board.objects.with_standing(self.actor).get(pk=board.pk)
        banned = board.viewer_ban == "ban" and not is_site_staff(self.actor)
        if banned or not may(self.actor, board, power):
            raise PermissionDenied(
                _("Only those moderators of this board may do that who are trusted with it.")
            )

    def require_rank(self, member: Member | None, board: Board) -> None:
        """Raises PermissionDenied unless they stand higher than a member; for oneself too."""
        if self.actor is not None and not outranks(self.actor, member, board):
            raise refusals.too_low()

    @property
    def is_staff(self) -> bool:
        """Whether they decide what is passed on to the staff: they, or the operator by command."""
        if self.actor is None:
            return self.source != Act.Source.RULE
        return is_site_staff(self.actor)

    def role_on(self, board: Board) -> str:
        if self.actor is None:
            return ""
        roles = {MODERATOR: "moderator", OWNER: "owner"}
        height = rank(self.actor, board)
        return "staff" if height >= STAFF else roles.get(height, "")


@dataclass(frozen=True)
class Why:
    """What is told of an act: the reason to everyone, the note to the moderators.

    `because` of which text it is done to a member.
    """

    reason: str = ""
    note: str = ""
    until: datetime | None = None
    undoes: Act | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    because: Post | Comment | None = None


def write(verb: Verb, by: By, board: Board, target: Target | None, why: Why) -> Act:
    """Write an act down, in the transaction that does it."""
    act = draft(verb, by, board, target, why, role=by.role_on(board))
    act.save(force_insert=True)
    return act


def draft(verb: Verb, by: By, board: Board, target: Target | None, why: Why, *, role: str) -> Act:
    """An act that is not written yet. Raises ValidationError for a reason or a note too long."""
    content = target if isinstance(target, Post | Comment) else why.because
    return Act(
        verb=verb,
        source=by.source,
        actor=by.actor,
        role=role,
        rule=by.rule,
        board=board,
        post=content if isinstance(content, Post) else None,
        comment=content if isinstance(content, Comment) else None,
        member_id=_concerned(target),
        title=content.title if isinstance(content, Post) else "",
        snapshot=content.text if content else "",
        version=(content.edited_at or content.created_at) if content else None,
        # Feeds can't hold everything that can be typed, and nothing here can be mended later.
        reason=_fit(why.reason, REASON_MAX_LENGTH),
        note=_fit(why.note, NOTE_MAX_LENGTH),
        batch=by.batch,
        until=why.until,
        before=dict(why.before) | _of_rule(by),
        undoes=why.undoes,
    )


def _concerned(target: Target | None) -> int | None:
    """The id of the member whom what is done to this concerns."""
    if isinstance(target, Post | Comment):
        return target.author_id
    return None if target is None else target.pk


def _of_rule(by: By) -> dict[str, Any]:
    return ({RULE_ID: by.rule_id} if by.rule_id else {}) | ({SITE_RULE: True} if by.of_site else {})


def _fit(text: str, length: int) -> str:
    cleaned = clean(text)
    if len(cleaned) > length:
        said = _("At most %(count)d characters.") % {"count": length}
        raise ValidationError(said, code="max_length")
    return cleaned


def changed(
    why: Why, before: Mapping[str, Any], after: Mapping[str, Any], *, case: Case | None = None
) -> Why:
    """Why, with the columns that an act changes: as they were, and as it leaves them.

    And with the case that it decides.
    """
    kept: dict[str, Any] = {"before": as_json(before), "after": as_json(after)}
    if case is not None:
        kept["case"] = case.pk
    return replace(why, before=kept)


def as_json(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in columns.items()
    }
