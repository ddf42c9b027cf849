"""What every queue of the desk tells its page: its cards, and what is done from them."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from moderation import queue
from moderation.actions.desk import Wishes
from moderation.actions.log import By
from moderation.admin.queues.deeds import Deed
from moderation.scope import acts_everywhere, scope_of
from paging import Page
from paging.keysets import Common

WORDS_LENGTH = 60

Failure = tuple[Any, ValidationError | PermissionDenied]


def first_line(text: Any) -> str:
    """The first line of a post or a comment that says something."""
    return next((one for one in text.text.splitlines() if one.strip()), "")


def by_author(name: str | None, words: str) -> str:
    """A comment, which has no title: who wrote it, and how it begins."""
    return f"{name or _('Somebody whose account is gone')}: {Truncator(words).chars(WORDS_LENGTH)}"


class Queue:
    """Rows of one model, as its admin lets somebody see them; `name` says which queue it is."""

    model: type[Model]
    # The partial that shows a card, and the permission by which staff act on every board.
    card_template = ""
    permission = ""

    def __init__(self, name: str, rows_admin: Any) -> None:
        self.name = name
        self.admin = rows_admin

    def may_view(self, request: HttpRequest) -> bool:
        return bool(self.admin.has_view_permission(request))

    def boards(self, request: HttpRequest) -> set[int] | None:
        """Of which boards they see rows; None where it is all."""
        if self.admin.is_free(request):
            return None
        return scope_of(request).boards(self.admin.power)

    def acts_everywhere(self, request: HttpRequest) -> bool:
        return acts_everywhere(request, self.admin.power, self.permission)

    def actable(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        if self.acts_everywhere(request):
            return rows
        # Of the few that a page shows; SQLite would go through all on the boards for those.
        return rows.filter(Common(self.admin.within(request)))

    def deeds(self) -> list[Deed]:
        raise NotImplementedError

    def filters(self, request: HttpRequest, wish: queue.Wish) -> list[Any]:
        return []

    def page(self, request: HttpRequest, wish: queue.Wish) -> Page[Any]:
        raise NotImplementedError

    def cards(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """Cards for the rows, each with its `deeds`."""
        raise NotImplementedError

    def chosen(self, request: HttpRequest, ids: set[int]) -> list[Any]:
        """Rows to act on, of those of these ids that they may act on."""
        raise NotImplementedError

    def name_of(self, row: Any) -> str:
        """What tells a row from others, in a few words."""
        raise NotImplementedError

    def told(self, row: Any) -> str:
        """A row in a line."""
        raise NotImplementedError

    def unfit(self, request: HttpRequest, deed: str, rows: list[Any]) -> list[Failure]:
        """Rows to which it can't be done, which is told before anything is asked."""
        return []

    def is_decided_by(self, request: HttpRequest, ids: set[int]) -> bool:
        """Whether they decided all of these themselves, as by a double click."""
        return False

    def do(self, row: Any, by: By, deed: str, said: Wishes) -> None:
        """Raises ValidationError or PermissionDenied where it can't be done."""
        raise NotImplementedError
