"""The directory of boards, making one, what it says of itself, following it."""

from datetime import timedelta
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required, page_before
from accounts.models import Member
from accounts.pages import form_page
from boards.actions import make_board, subscribe, unsubscribe
from boards.directory import Directory
from boards.forms import NewBoardForm, SubscriptionForm
from boards.models import Board
from boards.shortcuts import get_board, to_right_case

# A form sent again within this time is the same form.
DOUBLE_SUBMIT = timedelta(minutes=1)


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    context = {"directory": Directory(request.user, request.GET)}
    return render(request, "boards/directory.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def new(request: MemberRequest) -> HttpResponse:
    form = NewBoardForm(request.POST if request.method == "POST" else None)
    board = _make(request.user, form) or _made_before(request.user, form)
    if board is None:
        return form_page(request, form, heading=_("Make a board"), template="boards/new.html")
    messages.success(request, _("b/%(board)s is made. Write its first post.") % {"board": board})
    return redirect(board)


def _make(maker: Member, form: NewBoardForm) -> Board | None:
    """The new board, or None and the reason among the form's errors."""
    if not form.is_valid():
        return None
    try:
        return make_board(maker=maker, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _made_before(maker: Member, form: NewBoardForm) -> Board | None:
    """The board that the same form, sent twice, has just made."""
    # The form tells of it as its own error if the name went while it was being judged.
    if not (form.has_error("name", "taken") or form.non_field_errors()):
        return None
    since = timezone.now() - DOUBLE_SUBMIT
    boards = Board.objects.filter(created_by=maker, created_at__gte=since)
    return boards.named((form["name"].value() or "").strip()).first()


@require_safe
def about(request: HttpRequest, board_name: str) -> HttpResponse:
    board = get_board(request, board_name)
    if board.name != board_name:
        return to_right_case(request, board)
    context = {"board": board, "moderators": list(board.moderator_set.in_order())}
    return render(request, "boards/about.html", context)


@require_POST
@member_required
def set_subscription(request: MemberRequest, board_name: str) -> HttpResponse:
    """Follow a board or leave it; htmx gets the new button, others go back to their page."""
    board = get_board(request, board_name)
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("A subscription is 1 or 0."))
    wanted = form.cleaned_data["subscribed"]
    (subscribe if wanted else unsubscribe)(member=request.user, board=board)
    said = _("You follow b/%(board)s.") if wanted else _("You left b/%(board)s.")
    return _after_subscription(request, board_name, said % {"board": board})


def _after_subscription(request: HttpRequest, board_name: str, said: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
        return redirect(page_before(request))
    context = {"board": get_board(request, board_name), "fragment": True}
    response = render(request, "boards/_subscribe.html", context)
    response.headers["X-Say"] = quote(said)
    return response
