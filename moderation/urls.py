"""Addresses of what moderators do on the site."""

from django.urls import path

from moderation import views

app_name = "moderation"

urlpatterns = [
    path("b/<str:board_name>/removed/", views.removed, name="removed"),
    path("b/<str:board_name>/<id:post_id>/remove/", views.remove_post, name="post-remove"),
    path("b/<str:board_name>/<id:post_id>/restore/", views.restore_post, name="post-restore"),
    path("b/<str:board_name>/<id:post_id>/lock/", views.lock_post, name="post-lock"),
    path(
        "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/remove/",
        views.remove_comment,
        name="comment-remove",
    ),
    path(
        "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/restore/",
        views.restore_comment,
        name="comment-restore",
    ),
]
