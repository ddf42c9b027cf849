"""What authors do with posts."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board
from boards.policy import ban_now
from discussions import letters, policy
from discussions.actions.receipts import form_key, write_once
from discussions.locks import lock_board
from discussions.models import Post, PostVote, Revision
from discussions.models.posts import DELETED_TITLE
from discussions.signals import deleted, edited, written
from inbox import actions as inbox
from markup import render


def submit_post(
    *,
    author: Member,
    board: Board,
    title: str,
    text: str = "",
    url: str = "",
    once: UUID | None = None,
    at: datetime | None = None,
) -> Post:
    """Put up a post; the author's own vote is its first point.

    `once` is the key of the form it came by; `at` (now if None) its date: then it comes from an
    archive or a sample, and no rules judge it. Raises PermissionDenied, with the reason, if the
    author may not post there; markup.MarkupError if the text can't be rendered.
    """
    post = Post(board=board, author=author, text=text, html=render(text))
    post.created_at = post.active_at = at or timezone.now()
    post.set_title(title)
    post.set_url(url)
    post.count_votes(1, 0)
    letter = letters.draft(text)

    def write(new_id: int) -> None:
        post.pk = new_id
        # Held, so that the post says of its board what is true when it is there for all to see,
        # and so that nobody is banned between the question and the answer.
        post.is_private = Board.objects.hold(board.pk).is_private
        board.viewer_ban = ban_now(author, board.pk)
        refusal = policy.post_refusal(author, board)
        if refusal:
            raise PermissionDenied(refusal)
        post.save(force_insert=True)
        PostVote.objects.create(voter=author, target=post, value=1)
        count_post(post, +1)
        if at is None:
            written.send(Post, content=post)
        if post.is_live:
            stir_board(post)
            letters.tell_of_post(post, letter)

    key = post_key(once, board, title, url, text)
    post_id = write_once(author, key, Post, write)
    return Post.objects.select_related("board").get(pk=post_id, author=author)


def post_key(once: UUID | None, board: Board, title: str, url: str, text: str) -> UUID | None:
    """By which a post that is sent twice is known."""
    return form_key(once, "post", str(board.pk), title, url, text)


def edit_post(*, editor: Member, post: Post, title: str, text: str) -> None:
    """Change a post, keeping what it was. Raises PermissionDenied, markup.MarkupError."""
    html = render(text)
    with transaction.atomic():
        lock_board(post.board_id)
        posts = Post.objects.select_for_update(of=("self",)).select_related("board", "author")
        post = posts.get(pk=post.pk)
        post.board.viewer_ban = ban_now(editor, post.board_id)
        if refusal := policy.edit_refusal(editor, post, post.board):
            raise PermissionDenied(refusal)
        if (post.title, post.text) == (title, text):
            return
        Revision.objects.create(post=post, title=post.title, text=post.text)
        post.text, post.html, post.edited_at = text, html, timezone.now()
        post.set_title(title)
        post.save(update_fields=["title", "slug", "text", "html", "edited_at"])
        edited.send(Post, content=post)


def delete_post(*, author: Member, post: Post) -> None:
    """Take a post's words away for good; its thread stays under a tombstone."""
    with transaction.atomic():
        lock_board(post.board_id)
        post = Post.objects.select_for_update(of=("self",)).select_related("board").get(pk=post.pk)
        if not policy.can_delete(author, post):
            raise PermissionDenied(_("You can delete only what you wrote yourself."))
        was_live = post.is_live
        post.text = post.html = ""
        post.deleted_at = timezone.now()
        post.set_title(DELETED_TITLE)
        post.set_url("")
        post.save()
        post.revisions.all().delete()
        if was_live:
            count_post(post, -1)
        deleted.send(Post, content=post)
        inbox.withdraw(post.key)
        inbox.retitle(post.key, post.title)


def count_post(post: Post, change: int) -> None:
    """Keep the board's count of live posts; in the transaction that changed the post."""
    Board.objects.filter(pk=post.board_id).update(post_count=F("post_count") + change)


def stir_board(post: Post) -> None:
    """A post is there for all to see: its board was active when it was written."""
    board = Board.objects.filter(pk=post.board_id)
    board.update(active_at=Greatest(F("active_at"), post.created_at))
