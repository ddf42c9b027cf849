"""Lists of posts: the front page, a board, a member."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Member
from boards.policy import boards_moderated_by
from boards.shortcuts import get_board, to_right_case
from discussions.listings import PAGE_SIZE, list_posts, posts_by
from discussions.models import Comment
from discussions.sources import Source, everywhere, home_feed, on_board
from paging import keyset_page


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """A member's subscriptions, or everything: for guests, on `?feed=all`, and before the first."""
    user = request.user
    home = home_feed(user) if user.is_authenticated else Source()
    follows = bool(home.boards)
    at_home = follows and request.GET.get("feed") != "all"
    context = {
        "listing": list_posts(home if at_home else everywhere(user), user, request.GET),
        "follows": follows,
        "feed": "home" if at_home else "all",
        "ask_for_all": follows and not at_home,
    }
    return render(request, "discussions/front.html", context)


@require_safe
def board(request: HttpRequest, board_name: str) -> HttpResponse:
    board = get_board(request, board_name)
    if board_name != board.name:
        return to_right_case(request, board)
    listing = list_posts(on_board(board), request.user, request.GET)
    return render(request, "discussions/board.html", {"board": board, "listing": listing})


def _get_member(name: str) -> Member:
    member = Member.objects.named(name).filter(is_active=True).first()
    if member is None:
        raise Http404
    return member


@require_safe
def member(request: HttpRequest, username: str) -> HttpResponse:
    """What a member posted, newest first."""
    member = _get_member(username)
    page = posts_by(member, request.user, request.GET.get("after", ""))
    context = {"member": member, "tab": "posts", "page": page}
    return render(request, "discussions/member_posts.html", context)


@require_safe
def member_comments(request: HttpRequest, username: str) -> HttpResponse:
    """What a member commented, newest first."""
    member = _get_member(username)
    comments = Comment.objects.visible_to(request.user).live().filter(author=member)
    page = keyset_page(
        comments.for_list(),
        column="created_at",
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    moderated = boards_moderated_by(request.user)
    for comment in page.rows:
        comment.post.lay_readable(request.user, moderates=comment.post.board_id in moderated)
    context = {"member": member, "tab": "comments", "page": page}
    return render(request, "discussions/member_comments.html", context)
