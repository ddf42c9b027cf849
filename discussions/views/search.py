"""The search over posts and comments."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from boards.models import Board
from boards.shortcuts import get_board
from discussions.search import matching
from discussions.search.comments import search_comments
from discussions.search.limits import TooLong, in_time
from discussions.search.matching import Found
from discussions.search.posts import ORDERS, search_posts
from discussions.search.words import MAX_LENGTH, in_database_language, parse
from discussions.sources import everywhere, on_board

KINDS = {"posts": gettext_lazy("Posts"), "comments": gettext_lazy("Comments")}


@dataclass
class Search:
    """What a visitor asked for, what was found, and what is wrong with it, if anything."""

    text: str
    kind: str
    sort: str
    board_name: str
    after: str
    board: Board | None = None
    page: Found[Any] = field(default_factory=lambda: Found([], ""))
    problem: str = ""
    is_problem_of_board: bool = False

    @property
    def kinds(self) -> list[tuple[str, object]]:
        return list(KINDS.items())

    @property
    def orders(self) -> list[tuple[str, object]]:
        if self.kind != "posts":
            return []
        return [(name, label) for name, (_column, label) in ORDERS.items()]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Posts or comments that hold some words; an empty form where none are named."""
    asked = _asked(request)
    if asked.text:
        try:
            asked.page = _found(request, asked)
        except ValidationError as error:
            asked.problem, asked.is_problem_of_board = " ".join(error.messages), False
        except TooLong:
            asked.problem = _("This search takes too long. Add a rarer word, or name a board.")
    context = {"search": asked, "longest": MAX_LENGTH, "most": matching.MOST_HOLDERS}
    response = render(request, "discussions/search.html", context)
    # There is no end to what may be asked: kept pages of it would crowd out the others.
    patch_cache_control(response, private=True)
    return response


def _asked(request: HttpRequest) -> Search:
    query = request.GET
    asked = Search(
        text=query.get("q", "").strip(),
        kind=query.get("kind", "posts"),
        sort=query.get("sort", "new"),
        board_name=query.get("board", "").strip().removeprefix("b/"),
        after=query.get("after", ""),
    )
    if asked.kind not in KINDS or asked.sort not in ORDERS:
        raise BadRequest(_("There is no such order."))
    if asked.board_name:
        try:
            asked.board = get_board(request, asked.board_name)
        except Http404:
            asked.problem = _("There is no board of this name, or it is not open to you.")
            asked.is_problem_of_board = True
    return asked


def _found(request: HttpRequest, asked: Search) -> Found[Any]:
    """What was found.

    Raises ValidationError if the words are none to search for, and TooLong.
    """
    words = in_database_language(parse(asked.text))
    if asked.problem:
        return Found([], "")
    with in_time():
        if asked.kind == "comments":
            return search_comments(request.user, words, board=asked.board, after=asked.after)
        source = on_board(asked.board) if asked.board else everywhere(request.user)
        return search_posts(source, request.user, words, sort=asked.sort, after=asked.after)
