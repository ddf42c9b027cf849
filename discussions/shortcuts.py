"""What views fetch first: content through the one visibility rule, or 404."""

from django.http import Http404, HttpRequest

from boards.policy import moderates
from boards.shortcuts import get_board
from discussions.models import Comment, Post


def get_post(request: HttpRequest, board_name: str, post_id: int) -> Post:
    """A post on a board the visitor reads, not to be saved.

    It knows whether the visitor may read its text; its board comes with the visitor's standing.
    """
    board = get_board(request, board_name)
    post = Post.objects.in_board(board).select_related("author").filter(pk=post_id).first()
    if post is None:
        raise Http404
    post.board = board
    post.lay_readable(request.user, moderates=moderates(request.user, board))
    return post


def get_comment(post: Post, comment_id: int) -> Comment:
    """A comment of this post, with the three that lead to it."""
    chain = "parent__parent__parent__author"
    comment = (
        Comment.objects.filter(post=post, pk=comment_id)
        .select_related("author", "parent__author", "parent__parent__author", chain)
        .first()
    )
    if comment is None:
        raise Http404
    comment.post = post
    found: Comment = comment
    return found
