"""Posts, comments and votes in the admin: to look at. What changes them are the actions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import ViewOnlyAdmin
from boards.models import Board
from discussions.models import Comment, CommentVote, Post, PostVote, Receipt, Revision, Visit
from discussions.models.content import Content
from markup import excerpt

EXCERPT_LENGTH = 80


class ContentAdmin(ViewOnlyAdmin):
    list_filter: ClassVar[tuple[Any, ...]] = (
        ("removed_at", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
        ("source_id", admin.EmptyFieldListFilter),
    )
    member_field = "author"

    @admin.display(description=gettext_lazy("on the site"))
    def on_site(self, content: Post | Comment) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', content.get_absolute_url(), self.title_of(content)
        )

    def title_of(self, content: Any) -> str:
        """What the link to the site is called."""
        raise NotImplementedError

    @admin.display(description=gettext_lazy("state"))
    def state(self, content: Any) -> str:
        states = {"deleted_at": _("deleted"), "removed_at": _("removed"), "locked_at": _("locked")}
        return ", ".join(word for name, word in states.items() if getattr(content, name, None))


@admin.register(Post)
class PostAdmin(ContentAdmin):
    list_display = (
        "title", "board", "author", "created_at", "score", "comment_count", "state", "on_site",
    )  # fmt: skip
    list_filter: ClassVar[tuple[Any, ...]] = (
        *ContentAdmin.list_filter,
        ("locked_at", admin.EmptyFieldListFilter),
    )
    search_help_text = gettext_lazy(
        "An id, the start of a title, or the whole name of a member or a board."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return Post.objects.visible_to(request.user).for_list()

    def matches(self, term: str) -> Q:
        boards = list(Board.objects.named(term).values_list("pk", flat=True))
        return super().matches(term) | Q(board__in=boards) | Q(title__istartswith=term)

    def title_of(self, content: Any) -> str:
        return f"b/{content.board.name}"


@admin.register(Comment)
class CommentAdmin(ContentAdmin):
    list_display = ("id", "start", "author", "created_at", "score", "replies", "state", "on_site")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        comments: Any = Comment.objects.visible_to(request.user)
        found: QuerySet[Comment] = (
            comments.select_related("author", "post__board")
            .defer("text", "html", "post__text", "post__html")
            .annotate(text_start=Left("text", 4 * EXCERPT_LENGTH))
        )
        return found

    def title_of(self, content: Any) -> str:
        return Truncator(content.post.title).chars(EXCERPT_LENGTH // 2)

    @admin.display(description=gettext_lazy("text"))
    def start(self, comment: Any) -> str:
        return excerpt(comment.text_start, EXCERPT_LENGTH)

    @admin.display(description=gettext_lazy("replies"))
    def replies(self, comment: Comment) -> int:
        return comment.descendant_count


@admin.register(PostVote, CommentVote)
class VoteAdmin(ViewOnlyAdmin):
    list_display = ("id", "voter", "value", "target", "created_at")
    list_filter = ("value",)
    member_field = "voter"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        heavy = ("target__text", "target__html")
        return super().get_queryset(request).select_related("voter", "target").defer(*heavy)


@admin.register(Revision)
class RevisionAdmin(ViewOnlyAdmin):
    list_display = ("id", "of", "replaced_at", "on_site")
    list_select_related = ("post__board", "comment__post__board")

    @admin.display(description=gettext_lazy("of"))
    def of(self, revision: Revision) -> Content | None:
        return revision.post or revision.comment

    @admin.display(description=gettext_lazy("on the site"))
    def on_site(self, revision: Revision) -> SafeString:
        of: Any = self.of(revision)
        return format_html('<a href="{}history/">{}</a>', of.address, _("all versions"))


@admin.register(Receipt)
class ReceiptAdmin(ViewOnlyAdmin):
    list_display = ("id", "key", "member", "object_id", "created_at")
    list_select_related = ("member",)
    member_field = "member"


@admin.register(Visit)
class VisitAdmin(ViewOnlyAdmin):
    list_display = ("id", "member", "post", "seen_at", "comment_count")
    list_select_related = ("member", "post")
    member_field = "member"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("post__text", "post__html")
