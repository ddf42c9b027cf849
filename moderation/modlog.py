"""The public log of a board: what was done, without the words it was done to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from boards.models import Board, Viewer
from moderation import policy
from moderation.models import Act
from moderation.models.log import PRIVATE_VERBS, Verb
from paging import Page, keyset_page

PAGE_SIZE = 50
TEXTS = ("text", "html")
VERBS = [verb for verb in Verb if verb not in PRIVATE_VERBS]


@dataclass(frozen=True)
class Entry:
    """An act as everyone may read of it. `target` is "" where it is about the board itself."""

    act: Act
    doer: str
    doer_url: str
    target: str
    target_url: str

    @property
    def sentence(self) -> str:
        """The whole in one plain line."""
        return f"{self.doer} {self.act.get_verb_display()} {self.target}".rstrip()


def page_of_log(board: Board, viewer: Viewer, *, verb: str, after: str) -> Page[Entry]:
    """A page of the log, newest first. Raises BadRequest if there is no such verb or cursor."""
    if verb and verb not in VERBS:
        raise BadRequest(_("There is no such entry."))
    acts = _acts(board)
    if verb:
        acts = acts.filter(verb=verb)
    page = keyset_page(acts, column="at", after=after, size=PAGE_SIZE)
    return Page(entries(page.rows, board, viewer), page.after)


def newest(board: Board, viewer: Viewer, count: int) -> list[Entry]:
    return entries(_acts(board).order_by("-at", "-pk")[:count], board, viewer)


def _acts(board: Board) -> QuerySet[Act]:
    acts = Act.objects.on_board(board).public()
    acts = acts.select_related("actor", "member", "post", "comment__post")
    texts = [f"{of}__{name}" for of in ("post", "comment", "comment__post") for name in TEXTS]
    return acts.defer("snapshot", "title", "note", *texts)


def entries(acts: Sequence[Act] | QuerySet[Act], board: Board, viewer: Viewer) -> list[Entry]:
    named = policy.names_moderators(viewer, board)
    return [_entry(act, board, named=named) for act in acts]


def _entry(act: Act, board: Board, *, named: bool) -> Entry:
    by_name = named and act.source == Act.Source.WEB and act.role != "staff" and act.actor
    url = act.actor.get_absolute_url() if by_name and act.actor else ""
    return Entry(act, policy.doer(act, named=named), url, *_target(act, board))


def _target(act: Act, board: Board) -> tuple[str, str]:
    """What was acted on, without a word of it or its author's name; members by their names."""
    content: Any = act.comment or act.post
    if act.comment_id is not None and content is not None:
        content.post.board = board
        return _("a comment"), content.short_address
    if act.post_id is not None and content is not None:
        content.board = board
        return _("a post"), content.short_address
    if act.comment_id is not None or act.post_id is not None:
        return _("something that is gone"), ""
    if act.verb == Verb.RESIGN:  # who did it is whom it concerns
        return "", ""
    if act.member is None:
        return (_("a member who is gone"), "") if act.member_id else ("", "")
    if _names_member(act):
        return act.member.username, act.member.get_absolute_url()
    return _("a member"), ""


def _names_member(act: Act) -> bool:
    """Whether it is about a member's place on the board, not about what they wrote or were told."""
    if act.verb in (Verb.MUTE, Verb.BAN, Verb.LIFT, Verb.APPOINT, Verb.STEP_DOWN, Verb.REDUCE):
        return True
    return "ban" in act.before.get("before", {})
