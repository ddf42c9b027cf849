"""What views fetch first: boards through the one visibility rule; 404 for one left out by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from boards.models import Board, Viewer, is_site_staff
from boards.models.board import BoardQuerySet
from boards.policy import moderates
from paging import AmongGiven, Given, planned, prepared


@dataclass(frozen=True)
class Visitor:
    """Stands in for a viewer of one sort in a prepared query: on the staff with a role, or not."""

    is_authenticated: bool
    is_staff: bool
    pk: Given

    def has_perm(self, _permission: str) -> bool:
        return self.is_staff


@planned
def _board(signed_in: bool, staff: bool, name: Given, viewer: Given) -> BoardQuerySet:
    visitor: Any = Visitor(signed_in, staff, viewer)
    return Board.objects.visible_to(visitor).with_standing(visitor).filter(name__lower=name)


def get_board(request: HttpRequest, name: str) -> Board:
    """The board called `name`, in any mix of upper and lower case, with the visitor's standing.

    A board that the visitor may not read answers like one that does not exist.
    """
    # No board has such a name, and PostgreSQL takes no NUL.
    if not name.isprintable():
        raise Http404
    user = request.user
    signed_in, staff = user.is_authenticated, is_site_staff(user)
    board = _board.first(signed_in, staff, name=name.lower(), viewer=user.pk)
    if board is None:
        raise Http404
    return board


@prepared
def _private_boards(staff: bool, viewer: Given) -> QuerySet[Board, Any]:
    visitor: Any = Visitor(True, staff, viewer)
    return Board.objects.private_to(visitor).values_list("pk")


def private_boards(viewer: Viewer) -> list[int]:
    """The ids of the private boards that the viewer reads."""
    if not viewer.is_authenticated:
        return []
    return [pk for (pk,) in _private_boards.rows(is_site_staff(viewer), viewer=viewer.pk)]


@prepared
def _readable_among(
    signed_in: bool, staff: bool, boards: Given, viewer: Given
) -> QuerySet[Board, Any]:
    visitor: Any = Visitor(signed_in, staff, viewer)
    return Board.objects.visible_to(visitor).filter(AmongGiven("pk", boards)).values_list("pk")


def readable_among(viewer: Viewer, boards: Iterable[int]) -> set[int]:
    """Those of the boards, by id, that the viewer reads."""
    rows = _readable_among.rows(
        viewer.is_authenticated, is_site_staff(viewer), boards=list(boards), viewer=viewer.pk
    )
    return {pk for (pk,) in rows}


def get_moderated_board(request: HttpRequest, name: str) -> Board:
    """A board that the visitor looks after; 403 for one that others do."""
    board = get_board(request, name)
    if not moderates(request.user, board):
        raise PermissionDenied(_("Only the moderators of this board may do this."))
    return board


def to_right_case(request: HttpRequest, board: Board) -> HttpResponse:
    """The way to this very page under the board's name as its maker wrote it.

    The address must name the board `board_name`.
    """
    match = resolve(request.path_info)
    address = reverse(match.view_name, kwargs=match.kwargs | {"board_name": board.name})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address, permanent=True)
