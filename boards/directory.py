"""The directory: boards in an order, a page at a time."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import NAME_MAX_LENGTH, Board, Viewer
from boards.models.board import BoardQuerySet
from paging import Page, cursor, in_order
from paging.keysets import Behind

PAGE_SIZE = 50
SEARCH_MAX_LENGTH = 100
# A page of a search goes through so many boards at most, in some tens of milliseconds: no index
# finds what stands within a name.
LOOKED_AT = 10_000

ORDERS = {
    "active": gettext_lazy("Active"),
    "size": gettext_lazy("Size"),
    "name": gettext_lazy("Name"),
}
_COLUMNS = {"active": "active_at", "size": "subscriber_count"}


@dataclass
class Found(Page[Board]):
    """A page; `is_cut` if it ends since it looked at `looked_at` boards, and there are more."""

    is_cut: bool = False
    looked_at: int = LOOKED_AT


class Directory:
    """One page of the boards that a visitor may read."""

    def __init__(self, viewer: Viewer, query: QueryDict) -> None:
        """Raises BadRequest if the address asks for what there is not."""
        self.orders = list(ORDERS.items())
        self.sort = query.get("sort", "active")
        self.words = query.get("q", "").strip()
        self.after = query.get("after", "")
        self._check()
        self.page = self._page(viewer)

    def _check(self) -> None:
        if self.sort not in ORDERS:
            raise BadRequest(_("There is no such order."))
        if len(self.words) > SEARCH_MAX_LENGTH or "\0" in self.words:
            raise BadRequest(_("Search for a few plain words."))

    def _page(self, viewer: Viewer) -> Found:
        order = _ByName() if self.sort == "name" else _ByColumn(_COLUMNS[self.sort])
        boards = order.behind(Board.objects.visible_to(viewer), self.after)
        # The last board that a search looks at, and the next one.
        edge = list(boards[LOOKED_AT - 1 : LOOKED_AT + 1]) if self.words else []
        if self.words:
            boards = boards.matching(self.words)
        if len(edge) == 2:
            boards = order.before(boards, edge[1])
        found = list(boards.with_standing(viewer).for_list()[: PAGE_SIZE + 1])
        if len(found) > PAGE_SIZE:
            return Found(found[:PAGE_SIZE], order.cursor(found[PAGE_SIZE - 1]))
        if len(edge) == 2:
            return Found(found, order.cursor(edge[0]), is_cut=True)
        return Found(found, "")


class _ByColumn:
    """The largest first."""

    def __init__(self, column: str) -> None:
        self.column = column

    def behind(self, boards: BoardQuerySet, after: str) -> BoardQuerySet:
        found: Any = in_order(boards, column=self.column, after=after)
        return found  # type: ignore[no-any-return]

    def before(self, boards: BoardQuerySet, board: Board) -> BoardQuerySet:
        value = Value(getattr(board, self.column), Board._meta.get_field(self.column))  # type: ignore[arg-type]
        return boards.filter(Behind(self.column, value, Value(board.pk), ascending=True))

    def cursor(self, board: Board) -> str:
        return cursor(getattr(board, self.column), board.pk)


class _ByName:
    """Names are unique in any case, so that one alone is the cursor."""

    def behind(self, boards: BoardQuerySet, after: str) -> BoardQuerySet:
        if len(after) > NAME_MAX_LENGTH or not after.isprintable():
            raise BadRequest(_("The page that this address names does not exist."))
        if after:
            boards = boards.filter(name__lower__gt=after.lower())
        return boards.order_by("name__lower")

    def before(self, boards: BoardQuerySet, board: Board) -> BoardQuerySet:
        return boards.filter(name__lower__lt=board.name.lower())

    def cursor(self, board: Board) -> str:
        return board.name
