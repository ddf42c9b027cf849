"""What is new to a member in a thread; lists of posts tell by `listed.came_since_visit`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.models import Viewer
from discussions.models import Comment, Post, Visit
from discussions.threads import ShownComment
from paging import Given, planned

# More than a page shows, so that one that it doesn't show is among them; "250+" beyond that.
MOST = 250


@planned
def _visit(member: Given, post: Given) -> QuerySet[Visit]:
    return Visit.objects.filter(member=member, post=post)


def last_visit(viewer: Viewer, post_id: int) -> Visit | None:
    """When the viewer last opened the thread, if ever.

    Read it before the post if the visit is to be recorded: a reply of theirs counts in both, and
    a visit that counts one more than the post would be set back (see `actions.visits`).
    """
    if not viewer.is_authenticated:
        return None
    return _visit.first(member=viewer.pk, post=post_id)


@dataclass(frozen=True)
class News:
    """What came since the last visit, for the line above a page of comments.

    `count` is of the whole thread, or of the page if that is one comment's; `first` leads to the
    first on the page, or to the earliest of the thread where the page shows none.
    """

    since: datetime
    count: int
    first: str

    @property
    def number(self) -> str:
        return _number(self.count)


def _number(count: int) -> str:
    return f"{MOST}+" if count >= MOST else str(count)


def lay_news_over(
    comments: Sequence[ShownComment],
    post: Post,
    viewer: Viewer,
    visit: Visit | None,
    at: datetime,
    *,
    focus: Comment | None = None,
) -> News | None:
    """Mark which comments of a page are new to who opens it `at` a moment, after the last `visit`.

    Sets `is_new`, and `next_new` and its label to lead to the next one: in the order of the page,
    and from the last one on to the earliest that the page doesn't show. On the page of one
    comment, `focus`, those before it are left out, so that whoever goes on never comes in a
    circle. None if there are none to tell of.
    """
    if visit is None:
        return None
    since = visit.since_when(at)
    if post.active_at <= since:  # the date of the latest comment
        return None
    shown = [comment for comment in comments if _is_new(comment, viewer, since)]
    ids = _new_ids(post, viewer, max(since, focus.created_at) if focus else since)
    on_page = {comment.pk for comment in shown}
    hidden = [pk for pk in ids if pk not in on_page]
    onward = [(f"#c{comment.pk}", _("next new")) for comment in shown]
    onward.append(_elsewhere(post, hidden) if hidden else ("", ""))
    for comment, (address, label) in zip(shown, onward[1:], strict=True):
        comment.is_new, comment.next_new, comment.next_new_label = True, address, label
    count = len(shown) if focus else max(len(ids), len(shown))
    return News(since, count, onward[0][0]) if count else None


def _is_new(comment: ShownComment, viewer: Viewer, since: datetime) -> bool:
    return comment.created_at > since and comment.author_id != viewer.pk and comment.is_live


def _elsewhere(post: Post, ids: list[int]) -> tuple[str, str]:
    """The address of the first of new comments that a page doesn't show, and how many they are."""
    label = ngettext("%(number)s more new", "%(number)s more new", len(ids))
    address = f"{post.get_absolute_url()}c/{ids[0]}/#c{ids[0]}"
    return address, label % {"number": _number(len(ids))}


def _new_ids(post: Post, viewer: Viewer, since: datetime) -> list[int]:
    """The comments of a thread that `_is_new` is true of, the earliest first; at most MOST."""
    new = Comment.objects.filter(post=post, created_at__gt=since).live().exclude(author=viewer)
    return list(new.order_by("created_at", "pk").values_list("pk", flat=True)[:MOST])
