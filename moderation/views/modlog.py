"""The public log of a board, as a page and as a feed."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from boards.models import Board
from boards.policy import moderates
from boards.shortcuts import get_board, to_right_case
from markup import clean, one_line
from moderation.actions.offers import undoable
from moderation.modlog import VERBS, Entry, newest, page_of_log

FEED_SIZE = 30


@require_safe
def modlog(request: HttpRequest, board_name: str) -> HttpResponse:
    """Who did what and why, newest first; `?verb=` for one sort of act, `?batch=` for one batch."""
    board = get_board(request, board_name)
    if board.name != board_name:
        return to_right_case(request, board)
    asked = {name: request.GET.get(name, "") for name in ("verb", "batch")}
    after = request.GET.get("after", "")
    page = page_of_log(board, request.user, **asked, after=after)
    looks_after = moderates(request.user, board)
    acts = [entry.act for entry in page.rows] if looks_after else []
    context = {
        "board": board,
        "page": page,
        "undoable": undoable(request.user, board, acts) if acts else set(),  # type: ignore[arg-type]
        "verb": asked["verb"],
        "batch": asked["batch"],
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "verbs": VERBS,
        "after": after,
        "viewer_moderates": looks_after,
    }
    return render(request, "moderation/modlog.html", context)


def tag(board: Board) -> str:
    """What the ids of all entries of a board's log begin with: URIs after RFC 4151."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return f"tag:{host},{board.created_at:%Y-%m-%d}:modlog/{board.pk}"


class LogAtom(Atom1Feed):
    """Atom that is as old as its newest entry, or as its board: else it would change by itself."""

    def latest_post_date(self) -> datetime:
        dates = [item["pubdate"] for item in self.items]
        latest: datetime = max(dates, default=self.feed["since"])
        return latest


class LogFeed(Feed):
    """The newest entries of a board's log, for who reads the board."""

    feed_type = LogAtom

    def feed_extra_kwargs(self, board: Board) -> dict[str, Any]:
        return {"since": board.created_at}

    def get_object(self, request: HttpRequest, board_name: str) -> Board:
        board = get_board(request, board_name)
        # Read here, where the viewer is known: one object serves all requests.
        board.log_entries = newest(board, request.user, FEED_SIZE)  # type: ignore[attr-defined]
        return board

    def title(self, board: Board) -> str:
        return _("Mod log of b/%(board)s") % {"board": board}

    def link(self, board: Board) -> str:
        return reverse("moderation:modlog", args=[board.name])

    def feed_url(self, board: Board) -> str:
        return reverse("moderation:modlog-feed", args=[board.name])

    def items(self, board: Board) -> list[Entry]:
        found: list[Entry] = board.log_entries  # type: ignore[attr-defined]
        return found

    def item_title(self, item: Entry) -> str:
        return one_line(item.sentence)

    def item_description(self, item: Entry) -> str:
        return linebreaks(clean(item.act.reason), autoescape=True)

    def item_link(self, item: Entry) -> str:
        return item.target_url or reverse("moderation:modlog", args=[item.act.board.name])

    def item_guid(self, item: Entry) -> str:
        """Of a batch always the same, whichever of its acts stands for it."""
        act = item.act
        of = f"batch/{act.batch}/{act.verb}" if act.batch else f"act/{act.pk}"
        return f"{tag(act.board)}/{of}"

    def item_pubdate(self, item: Entry) -> datetime:
        return item.act.at


_feed = LogFeed()


@require_safe
def feed(request: HttpRequest, board_name: str, **_kwargs: Any) -> HttpResponse:
    return _feed(request, board_name=board_name)
