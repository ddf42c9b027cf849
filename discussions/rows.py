"""The rows of lists and threads: posts, comments and their votes as HTML."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from accounts.models import member_url
from boards.models import Viewer, board_url
from discussions.fragments import Fragment
from discussions.listed import MOST_NEW, ListedPost
from discussions.models import Comment, Post
from discussions.threads import Item, ShownComment, Thread
from markup.templatetags.rboard_text import score, timestamps


class VoteKind(NamedTuple):
    """What the vote buttons look like; `of_post` ones stand upright, the banned have none."""

    signed_in: bool
    banned: bool
    own: bool
    my_vote: int
    of_post: bool


class PostKind(NamedTuple):
    """A post in a list. `leaves` tells that its title leads to another site."""

    signed_in: bool
    banned: bool
    own: bool
    my_vote: int
    leaves: bool
    domain: bool
    show_board: bool
    author: bool
    edited: bool
    locked: bool
    pinned: bool
    held: bool
    nsfw: bool
    spoiler: bool
    is_new: bool
    of_post: bool = True


class CommentKind(NamedTuple):
    """A comment in a thread: its state, what the viewer may do with it, and where it stands."""

    signed_in: bool
    banned: bool
    own: bool
    my_vote: int
    moderates: bool
    may_content: bool
    may_members: bool
    open_thread: bool
    live: bool
    readable: bool
    deleted: bool
    removed: bool
    stays_removed: bool
    out_of_reach: bool
    reported: bool
    silenced: bool
    held: bool
    locked: bool
    edited: bool
    orphaned: bool
    shows_author: bool
    by_author_of_post: bool
    by_moderator: bool
    answers: bool
    replies: bool
    focus: bool
    opens: bool
    is_new: bool
    next_new: bool
    of_post: bool = False


NOTHING = SafeString("")

_VOTES = "pk address title points ups downs"
_VOTE = Fragment("discussions/_vote.html", _VOTES)
_POST = Fragment(
    "discussions/_post_row.html",
    f"{_VOTES} url link domain_name board_url board_name author_url author_name when comments new",
)
_COMMENT_BLANKS = (
    f"{_VOTES} url level author_url author_name answered_name count when html next_url next_label "
    "reports"
)
_COMMENT = Fragment("discussions/_comment.html", _COMMENT_BLANKS)
_CHANGED = Fragment("discussions/_comment_changed.html", f"{_COMMENT_BLANKS} told")

# What htmx does with the page behind a link to more comments.
_IN_PLACE = (
    'hx-target="closest li" hx-swap="outerHTML" hx-select="#c{} > article > .fold > .comments > li"'
)
_AS_PAGE = SafeString(
    'hx-target="#content" hx-select="#content" hx-swap="outerHTML show:window:top" '
    'hx-push-url="true"'
)

# Ends the list of replies that a comment opened, and the comment.
_END = "</ol></details></article></li>\n"


@lru_cache(maxsize=10_000)
def _safe_name(username: str) -> SafeString:
    return conditional_escape(username)


@lru_cache(maxsize=10_000)
def _safe_url(username: str) -> SafeString:
    return SafeString(member_url(username))


@lru_cache(maxsize=1_000)
def _points(value: int) -> SafeString:
    return SafeString(score(value))


@lru_cache(maxsize=1_000)
def _reports(language: str | None, count: int) -> SafeString:
    return format_html("{}", ngettext("%(n)d report", "%(n)d reports", count) % {"n": count})


@lru_cache(maxsize=1_000)
def _comments_told(language: str | None, count: int) -> SafeString:
    return SafeString(ngettext("%(n)s comment", "%(n)s comments", count) % {"n": f"{count:,}"})


def comments_told(count: int) -> SafeString:
    return _comments_told(get_language(), count)


@lru_cache(maxsize=1_000)
def _new(language: str | None, count: int) -> SafeString:
    told = f"{MOST_NEW}+" if count >= MOST_NEW else str(count)
    return SafeString(ngettext("%(n)s new", "%(n)s new", count) % {"n": told})


@lru_cache(maxsize=1_000)
def _replies(language: str | None, count: int) -> SafeString:
    return SafeString(ngettext("%(n)s reply", "%(n)s replies", count) % {"n": f"{count:,}"})


def vote_buttons(target: Post | Comment, viewer: Viewer, *, banned: bool = False) -> SafeString:
    """The buttons and the score of a post or a comment with `my_vote` laid over it."""
    of_post = isinstance(target, Post)
    own = _is_own(target.author_id, viewer)
    kind = VoteKind(viewer.is_authenticated, banned, own, target.my_vote, of_post)
    title = target.title if isinstance(target, Post) else ""
    return SafeString(_VOTE.filler()(kind, _votes(target, target.address, title)))


def _is_own(author_id: int | None, viewer: Viewer) -> bool:
    return author_id is not None and author_id == viewer.pk


def _votes(
    target: Post | ListedPost | Comment | ShownComment, address: str, title: str
) -> tuple[object, ...]:
    """The values of the vote buttons, in the order of _VOTES."""
    points = _points(target.score)
    return target.pk, SafeString(address), title, points, target.ups, target.downs


class PostRows:
    """Writes posts with their boards, authors and `my_vote`, as items of a list.

    `direct`: titles lead to the threads even where a post is a link. `banned`: the viewer is, from
    the board of them all.
    """

    def __init__(
        self, viewer: Viewer, *, show_board: bool, direct: bool, banned: bool = False
    ) -> None:
        self.viewer, self.show_board, self.direct = viewer, show_board, direct
        self.banned = banned
        self.signed_in = viewer.is_authenticated
        self.fill, self.timestamp, self.language = _POST.filler(), timestamps(), get_language()

    def html(self, posts: Iterable[Post | ListedPost]) -> SafeString:
        return SafeString("".join(map(self._row, posts)))

    def _row(self, post: Post | ListedPost) -> str:
        leaves = bool(post.url) and not self.direct
        url, author = SafeString(post.get_absolute_url()), post.author_name
        kind = PostKind(
            signed_in=self.signed_in,
            banned=self.banned,
            own=_is_own(post.author_id, self.viewer),
            my_vote=post.my_vote,
            leaves=leaves,
            domain=bool(post.domain),
            show_board=self.show_board,
            author=author is not None,
            edited=post.edited_at is not None,
            locked=post.locked_at is not None,
            pinned=post.on_top,
            held=post.is_held,
            nsfw=post.is_nsfw,
            spoiler=post.is_spoiler,
            is_new=post.new_comments > 0,
        )
        values = (
            *_votes(post, post.address, post.title),
            url,
            post.url if leaves else url,
            post.domain,
            SafeString(board_url(post.board_name)) if self.show_board else NOTHING,
            _safe_name(post.board_name) if self.show_board else NOTHING,
            NOTHING if author is None else _safe_url(author),
            NOTHING if author is None else _safe_name(author),
            self.timestamp(post.created_at),
            _comments_told(self.language, post.comment_count),
            _new(self.language, post.new_comments) if post.new_comments else NOTHING,
        )
        return self.fill(kind, values)


class CommentRows:
    """Writes the comments of one page of a thread, in one flat loop however deep it is."""

    def __init__(
        self,
        thread: Thread,
        post: Post,
        viewer: Viewer,
        *,
        moderates: bool,
        may_content: bool,
        may_members: bool,
        moderator_ids: set[int],
        focus_id: int | None = None,
    ) -> None:
        self.thread = thread
        self.moderates, self.moderator_ids, self.focus_id = moderates, moderator_ids, focus_id
        self.may_content, self.may_members = may_content, may_members
        # Asked once: each question to the request's user goes through a proxy.
        self.viewer_id, self.signed_in = viewer.pk, viewer.is_authenticated
        self.banned, self.silenced = post.board.viewer_ban == "ban", bool(post.board.viewer_ban)
        # Who is banned or muted is told so once, above, instead of by each link.
        self.open_thread = post.is_open and not post.board.viewer_ban
        self.author_id = post.author_id
        self.url = f"{post.get_absolute_url()}c/"
        self.address = f"{post.address}c/"
        self.nobody = conditional_escape(gettext("[deleted]"))
        self.fill, self.timestamp, self.language = _COMMENT.filler(), timestamps(), get_language()

    def html(self) -> list[str]:
        """Piece by piece, for `render_around`."""
        parts: list[str] = []
        comments = self.thread.comments
        # The level of the topmost locked comment that what follows is below.
        locked: int | None = None
        for item in self.thread.items:
            if locked is not None and item.node.level <= locked:
                locked = None
            if item.hidden:
                parts.append(self._more(item))
            else:
                comment = comments[item.node.pk]
                if locked is None and comment.locked_at is not None:
                    locked = item.node.level
                kind = self._kind(item, comment, locked is None)
                parts.append(self.fill(kind, self._values(item, comment)))
            if item.closes:
                parts.append(_END * item.closes)
        return parts

    def changed(self, told: SafeString, *, takes_replies: bool) -> SafeString:
        """The parts of the one comment of the thread that differ when a moderator has acted on it.

        `told` says what was done.
        """
        (item,) = self.thread.items
        comment = self.thread.comments[item.node.pk]
        kind = self._kind(item, comment, takes_replies)
        return SafeString(_CHANGED.filler()(kind, (*self._values(item, comment), told)))

    def _values(self, item: Item, comment: ShownComment) -> tuple[object, ...]:
        """In the order of _COMMENT_BLANKS."""
        node = item.node
        answered = self.thread.comments.get(node.parent_id or 0)
        return (
            *_votes(comment, f"{self.address}{node.pk}/", NOTHING),
            SafeString(f"{self.url}{node.pk}/"),
            node.level + 1,
            _safe_url(comment.author_name or "-"),
            self._name(comment),
            self._name(answered) if answered else NOTHING,
            _replies(self.language, node.descendant_count),
            self.timestamp(comment.created_at),
            SafeString(comment.html),
            comment.next_new or NOTHING,
            comment.next_new_label or NOTHING,
            _reports(self.language, comment.reports) if comment.reports else NOTHING,
        )

    def _kind(self, item: Item, comment: ShownComment, takes_replies: bool) -> CommentKind:
        """In the order of its fields, because by name it takes three times as long."""
        node, author_id = item.node, comment.author_id
        deleted, removed = comment.deleted_at is not None, comment.removed_at is not None
        live = not (deleted or removed)
        return CommentKind(
            self.signed_in,
            self.banned,
            author_id is not None and author_id == self.viewer_id,  # own
            comment.my_vote,
            self.moderates,
            self.may_content,
            self.may_members,
            self.open_thread and takes_replies,
            live,
            comment.readable,
            deleted,
            removed,
            comment.stays_removed,
            comment.out_of_reach,
            bool(comment.reports),
            self.silenced,
            comment.is_held,
            comment.locked_at is not None,
            comment.edited_at is not None,
            comment.orphaned,
            comment.author_name is not None and (live or comment.readable),  # shows_author
            author_id == self.author_id,  # by_author_of_post
            author_id in self.moderator_ids,
            node.parent_id is not None,  # answers
            node.rght - node.lft > 1,  # replies
            node.pk == self.focus_id,
            item.opens,
            comment.is_new,
            bool(comment.next_new),
        )

    def _more(self, item: Item) -> SafeString:
        """A link to the replies that are left out here, which htmx puts in its place.

        Those too deep for the page come on a page of their own.
        """
        pk, query = item.node.pk, f"?sort={self.thread.sort}"
        if item.after:
            query += f"&after={quote(item.after)}"
            label = ngettext("%(n)s more reply", "%(n)s more replies", item.hidden)
            place = format_html(_IN_PLACE, pk)
        else:
            label = ngettext(
                "Continue this thread (%(n)s reply)",
                "Continue this thread (%(n)s replies)",
                item.hidden,
            )
            place = _AS_PAGE
        return format_html(
            '<li><a class="more" href="{0}{1}/{2}" hx-get="{0}{1}/{2}" {3}>{4}</a></li>',
            self.url,
            pk,
            query,
            place,
            label % {"n": f"{item.hidden:,}"},
        )

    def _name(self, comment: ShownComment) -> SafeString:
        if comment.author_name is None or not comment.shows_author:
            return self.nobody
        return _safe_name(comment.author_name)
