"""Boards and what is on them, as their moderators may see them in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from accounts.admin import staff_member
from boards.admin import ModeratorAdmin
from boards.models import Board, Moderator, Power
from discussions.admin.boards import BoardAdmin
from discussions.admin.content import CommentAdmin, PostAdmin, RevisionAdmin
from discussions.models import Comment, Post, Revision
from moderation.actions import settings
from moderation.actions.log import By
from moderation.admin.offices import PeopleOfBoards
from moderation.scope import BoardFilter, Scoped, scope_of

for _model in (Board, Comment, Moderator, Post, Revision):
    admin.site.unregister(_model)


@admin.register(Post)
class ScopedPostAdmin(Scoped, PostAdmin):
    list_filter = (*PostAdmin.list_filter, BoardFilter)
    hidden = frozenset({"link_key", "source_id", "base_score", "base_pairs"})


@admin.register(Comment)
class ScopedCommentAdmin(Scoped, CommentAdmin):
    board_path = "post__board"
    list_filter = (*CommentAdmin.list_filter, BoardFilter)
    hidden = frozenset({"source_id", "base_score", "base_pairs", "lft", "rght", "tree_id"})


@admin.register(Revision)
class ScopedRevisionAdmin(Scoped, RevisionAdmin):
    def within(self, request: HttpRequest) -> Q:
        boards = scope_of(request).boards(self.power)
        return Q(post__board__in=boards) | Q(comment__post__board__in=boards)


@admin.register(Board)
class ScopedBoardAdmin(Scoped, PeopleOfBoards, BoardAdmin):
    power = Power.SETTINGS
    board_path = "pk"
    moderators_may = frozenset({"view", "change"})
    hidden = frozenset({"approved"})

    def change_board(self, request: HttpRequest, board: Board, fields: dict[str, Any]) -> None:
        settings.change_board(board, By(staff_member(request)), **fields)


@admin.register(Moderator)
class ScopedModeratorAdmin(Scoped, ModeratorAdmin):
    power = Power.MODERATORS
    list_filter: ClassVar[Any] = (BoardFilter,)
