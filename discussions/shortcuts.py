"""What views fetch first: content through the one visibility rule, or 404."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from boards.policy import moderates
from boards.shortcuts import get_board
from discussions.models import Comment, Post, PostQuerySet
from discussions.models.content import AUTHOR_TEXTS
from paging import Given, prepared


@prepared
def _post(board: Given, pk: Given) -> PostQuerySet:
    posts = Post.objects.filter(board=board, pk=pk)
    return posts.select_related("author").defer(*AUTHOR_TEXTS)


def get_post(request: HttpRequest, board_name: str, post_id: int) -> Post:
    """A post on a board the visitor reads, not to be saved.

    It knows whether the visitor may read its text; its board comes with the visitor's standing.
    """
    board = get_board(request, board_name)
    post = _post.first(board=board.pk, pk=post_id)
    if post is None:
        raise Http404
    post.board = board
    post.lay_readable(request.user, moderates=moderates(request.user, board))
    return post


def get_comment(post: Post, comment_id: int) -> Comment:
    """A comment of this post, with the three that lead to it."""
    chain = "parent__parent__parent__author"
    comments = Comment.objects.filter(post=post)
    comments = comments.select_related("author", "parent__author", "parent__parent__author", chain)
    comment: Comment = get_object_or_404(comments, pk=comment_id)
    comment.post = post
    return comment
