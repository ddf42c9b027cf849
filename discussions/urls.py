"""Addresses of lists, threads and members, and of what is done there."""

from django.urls import path

from discussions.views import lists, search, threads, votes, writing

app_name = "discussions"

urlpatterns = [
    path("", lists.front, name="front"),
    path("search/", search.search, name="search"),
    path("u/<str:username>/", lists.member, name="member"),
    path("u/<str:username>/comments/", lists.member_comments, name="member-comments"),
    path("b/<str:board_name>/", lists.board, name="board"),
    path("b/<str:board_name>/submit/", writing.submit, name="submit"),
    path("b/<str:board_name>/<id:post_id>/", threads.post, name="post-short"),
    path("b/<str:board_name>/<id:post_id>/vote/", votes.vote_post, name="post-vote"),
    path("b/<str:board_name>/<id:post_id>/reply/", writing.reply, name="post-reply"),
    path("b/<str:board_name>/<id:post_id>/edit/", writing.edit_post, name="post-edit"),
    path("b/<str:board_name>/<id:post_id>/delete/", writing.delete_post, name="post-delete"),
    path("b/<str:board_name>/<id:post_id>/history/", writing.post_history, name="post-history"),
    path(
        "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/vote/",
        votes.vote_comment,
        name="comment-vote",
    ),
    path(
        "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/reply/",
        writing.reply_form,
        name="comment-reply-form",
    ),
    path(
        "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/edit/",
        writing.edit_comment,
        name="comment-edit",
    ),
    path(
        "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/delete/",
        writing.delete_comment,
        name="comment-delete",
    ),
    path(
        "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/history/",
        writing.comment_history,
        name="comment-history",
    ),
    path("b/<str:board_name>/<id:post_id>/<str:slug>/", threads.post, name="post"),
    path(
        "b/<str:board_name>/<id:post_id>/<str:slug>/c/<id:comment_id>/",
        threads.comment,
        name="comment",
    ),
]
