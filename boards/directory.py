"""The directory: boards in an order, a page at a time."""

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import NAME_MAX_LENGTH, Board, Viewer
from paging import Page, keyset_page

PAGE_SIZE = 50
SEARCH_MAX_LENGTH = 100

ORDERS = {
    "active": gettext_lazy("Active"),
    "size": gettext_lazy("Size"),
    "name": gettext_lazy("Name"),
}
_COLUMNS = {"active": "active_at", "size": "subscriber_count"}


class Directory:
    """One page of the boards that a visitor may read."""

    def __init__(self, viewer: Viewer, query: QueryDict) -> None:
        """Raises BadRequest if the address asks for what there is not."""
        self.orders = list(ORDERS.items())
        self.sort = query.get("sort", "active")
        self.words = query.get("q", "").strip()
        self.after = query.get("after", "")
        self._check()
        boards = Board.objects.visible_to(viewer).with_standing(viewer).for_list()
        if self.words:
            boards = boards.matching(self.words)
        self.page = self._page(boards)

    def _check(self) -> None:
        if self.sort not in ORDERS:
            raise BadRequest(_("There is no such order."))
        if len(self.words) > SEARCH_MAX_LENGTH or "\0" in self.words:
            raise BadRequest(_("Search for a few plain words."))

    def _page(self, boards: QuerySet[Board]) -> Page[Board]:
        if self.sort == "name":
            return _page_by_name(boards, self.after)
        return keyset_page(boards, column=_COLUMNS[self.sort], after=self.after, size=PAGE_SIZE)


def _page_by_name(boards: QuerySet[Board], after: str) -> Page[Board]:
    """Names are unique in any case, so that one alone is the cursor."""
    if len(after) > NAME_MAX_LENGTH or not after.isprintable():
        raise BadRequest(_("The page that this address names does not exist."))
    if after:
        boards = boards.filter(name__lower__gt=after.lower())
    found = list(boards.order_by("name__lower")[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    return Page(found[:PAGE_SIZE], found[PAGE_SIZE - 1].name if more else "")
