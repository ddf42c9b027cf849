"""The public log of a board: what was done, with no word of what the reader may not read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Count, Max, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.models import Board, Viewer
from boards.policy import moderates
from discussions.models import Comment, Post
from discussions.models.content import AUTHOR_TEXTS
from moderation import policy, words
from moderation.models import Act
from moderation.models.log import PRIVATE_VERBS, Verb
from paging import Page, keyset_page

PAGE_SIZE = 50
# How often a page reads on where batches leave lines free.
READS = 5
TEXTS = ("text", "html")
VERBS = [verb for verb in Verb if verb not in PRIVATE_VERBS]


@dataclass(frozen=True)
class Entry:
    """An act as the reader may read of it. `target` is "" where it is about the board itself.

    `told`: the whole sentence, where nobody did it. `more`: how many others of the sort were done
    in the same batch, which are not listed beside it. `because`: of which text it was done to a
    member, where the reader may read that.
    """

    act: Act
    doer: str
    doer_url: str
    target: str
    target_url: str
    told: str = ""
    more: int = 0
    because: str = ""
    because_url: str = ""

    @property
    def sentence(self) -> str:
        """The whole in one plain line."""
        said = self.told or f"{self.doer} {self.deed} {self.target}".rstrip()
        parts = (said, self.and_more, self.term, self.because)
        return " ".join(part for part in parts if part)

    @property
    def deed(self) -> str:
        return words.deed(self.act)

    @property
    def term(self) -> str:
        """Until when, of what lasts."""
        if self.act.until:
            return _("until %(until)s") % {"until": date_format(self.act.until, "j F Y, H:i")}
        return _("for good") if self.act.verb in (Verb.BAN, Verb.MUTE) else ""

    @property
    def and_more(self) -> str:
        if not self.more:
            return ""
        return ngettext("and %(n)s more", "and %(n)s more", self.more) % {"n": f"{self.more:,}"}


def page_of_log(board: Board, viewer: Viewer, *, verb: str, batch: str, after: str) -> Page[Entry]:
    """A page of the log, newest first; of a `batch` all that was done, else a line for it.

    Raises BadRequest if there is no such verb, batch or cursor.
    """
    if verb and verb not in VERBS:
        raise BadRequest(_("There is no such entry."))
    acts = _acts(board)
    if verb:
        acts = acts.filter(verb=verb)
    if batch:
        page = keyset_page(
            acts.filter(batch=_uuid(batch)), column="at", after=after, size=PAGE_SIZE
        )
        return Page(_entries(page.rows, {}, board, viewer), page.after)
    return _lines(acts, board, viewer, size=PAGE_SIZE, after=after)


def newest(board: Board, viewer: Viewer, count: int) -> list[Entry]:
    return _lines(_acts(board), board, viewer, size=count).rows


def _lines(
    acts: QuerySet[Act], board: Board, viewer: Viewer, *, size: int, after: str = ""
) -> Page[Entry]:
    """What was done alone, and of each batch the last act of each sort.

    The rest of a batch is passed over in the next read. There are few reads, so that a page costs
    the same however large batches are; where many follow each other, it is shorter for it.
    """
    found: list[Act] = []
    more: dict[int, int] = {}
    for _read in range(READS):
        page = keyset_page(acts, column="at", after=after, size=size - len(found))
        last = _last_of_batches(page.rows, board)
        more |= {pk: count - 1 for pk, count in last.values()}
        found += [
            act for act in page.rows if act.batch is None or act.pk == last[act.batch, act.verb][0]
        ]
        after = page.after
        if not after or len(found) >= size:
            break
        for batch, verb in {(act.batch, act.verb) for act in page.rows if act.batch}:
            acts = acts.exclude(batch=batch, verb=verb)
    return Page(_entries(found, more, board, viewer), after)


def _last_of_batches(acts: Sequence[Act], board: Board) -> dict[tuple[UUID, str], tuple[int, int]]:
    """Of the batches of acts, for each sort: the id of the last one, and how many there are."""
    batches = {act.batch for act in acts if act.batch is not None}
    if not batches:
        return {}
    found = Act.objects.on_board(board).public().filter(batch__in=batches).order_by()
    counted = found.values_list("batch", "verb").annotate(Max("pk"), Count("pk"))
    return {(batch, verb): (last, count) for batch, verb, last, count in counted}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest(_("There is no such entry.")) from None


def _acts(board: Board) -> QuerySet[Act]:
    acts = Act.objects.on_board(board).public()
    acts = acts.select_related(
        "actor", "member", "post", "comment__post", "comment__author", "undoes"
    )
    answered = [f"undoes__{name}" for name in ("snapshot", "title", "reason", "note")]
    texts = [f"{of}__{name}" for of in ("post", "comment", "comment__post") for name in TEXTS]
    authors = [f"comment__{name}" for name in AUTHOR_TEXTS]
    return acts.defer("snapshot", "title", "note", *texts, *authors, *answered)


def _entries(
    acts: Sequence[Act], more: Mapping[int, int], board: Board, viewer: Viewer
) -> list[Entry]:
    reader = Reader(board, viewer)
    for act in acts:
        act.board = board
    return [_entry(act, reader, more.get(act.pk, 0)) for act in acts]


class Reader:
    """Who reads the log of a board, and what they may know of it."""

    def __init__(self, board: Board, viewer: Viewer) -> None:
        self.board, self.viewer = board, viewer
        self.moderates = moderates(viewer, board)
        self.named = policy.names_moderators(viewer, board)

    def reads(self, text: Post | Comment) -> bool:
        return text.shows_text_to(self.viewer, moderates=self.moderates)


def _entry(act: Act, reader: Reader, more: int) -> Entry:
    by_name = reader.named and act.source == Act.Source.WEB and act.role != "staff" and act.actor
    url = act.actor.get_absolute_url() if by_name and act.actor else ""
    target, target_url = _target(act, reader)
    told = ""
    if act.source == Act.Source.SITE and act.verb == Verb.APPOINT:
        told = _("The board passed to %(member)s, since it had no owner any more") % {
            "member": target
        }
    doer = policy.doer(act, named=reader.named)
    because, because_url = ("", "") if more else _because(act, reader)
    return Entry(act, doer, url, target, target_url, told, more, because, because_url)


def _because(act: Act, reader: Reader) -> tuple[str, str]:
    """For which text a member was acted on: nothing of what the reader may not read."""
    text: Any = None if act.is_of_text else act.comment or act.post
    if text is None:
        return "", ""
    post = text.post if isinstance(text, Comment) else text
    post.board = reader.board
    if not reader.reads(text) or not reader.reads(post):
        return "", ""
    said = _("because of the post “%(title)s”")
    if isinstance(text, Comment):
        said = _("because of a comment on “%(title)s”")
    return said % {"title": post.title}, text.short_address


def _target(act: Act, reader: Reader) -> tuple[str, str]:
    """What was acted on: texts as far as the reader may read them, members by their names."""
    content: Any = (act.comment or act.post) if act.is_of_text else None
    if act.comment_id is not None and content is not None:
        content.post.board = reader.board
        return _comment(content, reader), content.short_address
    if act.post_id is not None and content is not None:
        content.board = reader.board
        said = _("the post “%(title)s”") % {"title": content.title}
        return said if reader.reads(content) else _("a post"), content.short_address
    if act.is_of_text:
        return _("something that is gone"), ""
    if act.verb == Verb.RESIGN:  # who did it is whom it concerns
        return "", ""
    if act.member is None:
        return (_("a member who is gone"), "") if act.member_id else ("", "")
    if _names_member(act):
        return act.member.username, act.member.get_absolute_url()
    return _("a member"), ""


def _comment(comment: Comment, reader: Reader) -> str:
    author = comment.author if reader.reads(comment) else None
    said = {"author": author, "title": comment.post.title}
    if not reader.reads(comment.post):
        return _("a comment by %(author)s") % said if author else _("a comment")
    if author is None:
        return _("a comment on “%(title)s”") % said
    return _("a comment by %(author)s on “%(title)s”") % said


def _names_member(act: Act) -> bool:
    """Whether it is about a member's place on the board, not about what they wrote or were told."""
    if act.verb in (Verb.MUTE, Verb.BAN, Verb.LIFT, Verb.APPOINT, Verb.STEP_DOWN, Verb.REDUCE):
        return True
    return "ban" in act.before.get("before", {})
