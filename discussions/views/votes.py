"""Voting."""

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import MemberRequest, member_required, page_before
from discussions.actions.votes import vote
from discussions.forms import VoteForm
from discussions.marks import lay_votes_over
from discussions.models import Comment, Post
from discussions.rows import vote_buttons
from discussions.shortcuts import get_comment, get_post


@require_POST
@member_required
def vote_post(request: MemberRequest, board_name: str, post_id: int) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    return _vote(request, post)


@require_POST
@member_required
def vote_comment(
    request: MemberRequest, board_name: str, post_id: int, comment_id: int
) -> HttpResponse:
    post = get_post(request, board_name, post_id)
    return _vote(request, get_comment(post, comment_id))


def _vote(request: MemberRequest, target: Post | Comment) -> HttpResponse:
    """Count the vote; answer with the buttons, or go back to the page they were pressed on."""
    form = VoteForm(request.POST)
    if not form.is_valid():
        raise BadRequest(_("A vote is 1, 0 or -1."))
    vote(voter=request.user, target=target, value=form.cleaned_data["value"])
    if not request.headers.get("HX-Request"):
        anchor = f"#c{target.pk}" if isinstance(target, Comment) else f"#p{target.pk}"
        return redirect(page_before(request) + anchor)
    target.refresh_from_db(fields=["ups", "downs", "score"])
    lay_votes_over([target], request.user)
    return HttpResponse(vote_buttons(target, request.user))
