"""What views fetch first: content through the one visibility rule, or 404."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest

from accounts.models import Member
from boards.models import ban_of, is_site_staff
from boards.policy import moderates
from boards.shortcuts import Visitor, get_board
from discussions.models import Comment, CommentQuerySet, Post, PostQuerySet, PostVote
from discussions.models.content import AUTHOR_TEXTS, BOARD_TEXTS
from paging import Given, planned

_BOARD_TEXTS = [f"board__{name}" for name in BOARD_TEXTS]


@planned
def _post(signed_in: bool, board: Given, pk: Given, viewer: Given) -> PostQuerySet:
    posts = Post.objects.filter(board=board, pk=pk)
    posts = posts.select_related("author").defer(*AUTHOR_TEXTS)
    if not signed_in:
        return posts
    mine = PostVote.objects.filter(voter=viewer, target=OuterRef("pk")).values("value")
    return posts.annotate(my_vote=Coalesce(Subquery(mine), 0))  # type: ignore[no-redef]


def get_post(request: HttpRequest, board_name: str, post_id: int) -> Post:
    """A post on a board the visitor reads, not to be saved.

    It knows the visitor's vote and whether they may read its text; its board comes with their
    standing.
    """
    board, user = get_board(request, board_name), request.user
    post = _post.first(user.is_authenticated, board=board.pk, pk=post_id, viewer=user.pk)
    if post is None:
        raise Http404
    post.board = board
    post.lay_readable(user, moderates=moderates(user, board))
    return post


@planned
def _post_to_answer(staff: bool, board: Given, pk: Given, viewer: Given) -> PostQuerySet:
    member: Any = Visitor(is_authenticated=True, is_staff=staff, pk=viewer)
    posts = Post.objects.visible_to(member).filter(board__name__lower=board, pk=pk)
    posts = posts.annotate(viewer_ban=ban_of(member, "discussions_post.board_id"))
    return posts.select_related("board").defer("text", "html", *_BOARD_TEXTS)


def get_post_to_answer(member: Member, board_name: str, post_id: int) -> Post:
    """A post on a board the member reads, with what a reply needs: half the time of `get_post`."""
    post = None
    if board_name.isprintable():
        post = _post_to_answer.first(
            is_site_staff(member), board=board_name.lower(), pk=post_id, viewer=member.pk
        )
    if post is None:
        raise Http404
    post.board.viewer_ban = post.viewer_ban  # type: ignore[attr-defined]
    return post


@planned
def _comment(post: Given, pk: Given) -> CommentQuerySet:
    comments: CommentQuerySet = Comment.objects.filter(post=post, pk=pk).select_related("author")
    return comments.with_locks().defer(*AUTHOR_TEXTS)  # type: ignore[no-any-return]


def get_comment(post: Post, comment_id: int) -> Comment:
    """A comment of this post, not to be saved; it knows whether a lock stands above it."""
    comment = _comment.first(post=post.pk, pk=comment_id)
    if comment is None:
        raise Http404
    comment.post = post
    return comment
