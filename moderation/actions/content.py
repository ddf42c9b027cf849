"""What moderators do with posts and comments. Each act can be taken back; see undo.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from boards.models import Board, Power
from discussions import letters as replies
from discussions.actions.comments import count_comment, stir_post
from discussions.actions.posts import count_post, stir_board
from discussions.locks import lock_board
from discussions.models import Comment, Post
from discussions.models.posts import REMOVED_TITLE
from inbox import actions as inbox
from moderation import letters
from moderation.actions import answers, cases, log, ranks
from moderation.actions.accounts import tried_again
from moderation.actions.log import By, Why
from moderation.models import Act, Case
from moderation.models.log import Verb

Content = Post | Comment

# What closes the case of a text, what of that finds it all right, and what its author is told of.
DECIDING = (Verb.APPROVE, Verb.RESTORE, Verb.REMOVE, Verb.SPAM)
IN_FAVOUR = (Verb.APPROVE, Verb.RESTORE)
TOLD = (Verb.REMOVE, Verb.SPAM, Verb.HOLD, Verb.RESTORE, Verb.LOCK)
# What is done against its author, and so not against one of equal or higher rank.
AGAINST = (Verb.REMOVE, Verb.SPAM, Verb.HOLD, Verb.LOCK)


def board_of(content: Content) -> Board:
    return content.board if isinstance(content, Post) else content.post.board


def remove(
    content: Content,
    by: By,
    *,
    reason: str = "",
    note: str = "",
    spam: bool = False,
    case: Case | None = None,
) -> Act | None:
    """Take a text off its board; its words stay for the author and the moderators.

    `case`, here and below: the one that this decides, as the moderator saw it.
    """
    columns = {
        "removed_at": timezone.now(),
        "removed_by_id": by.actor and by.actor.pk,
        "is_held": False,
    }
    verb = Verb.SPAM if spam else Verb.REMOVE
    return change(content, by, verb, columns, Why(reason=reason, note=note), case=case)


def hold(content: Content, by: By, *, reason: str = "") -> Act | None:
    """Take a text off its board until a moderator has looked at it: a case of the queue."""
    columns = {"removed_at": timezone.now(), "removed_by_id": None, "is_held": True}
    return change(content, by, Verb.HOLD, columns, Why(reason=reason))


def approve(
    content: Content, by: By, *, ignore_reports: bool = False, case: Case | None = None
) -> Act | None:
    """Find nothing wrong with a text: it is shown, and its reports are answered.

    `ignore_reports`: those that come before it is edited, too. If it was held, those whom it
    answers and mentions are told now.
    """
    columns = {"removed_at": None, "removed_by_id": None, "is_held": False}
    return change(
        content, by, Verb.APPROVE, columns, Why(), ignore_reports=ignore_reports, case=case
    )


def restore(content: Content, by: By) -> Act | None:
    """Show a removed text again. Letters that were taken back are not sent again."""
    columns = {"removed_at": None, "removed_by_id": None, "is_held": False}
    return change(content, by, Verb.RESTORE, columns, Why())


def set_locked(content: Content, by: By, *, locked: bool, reason: str = "") -> Act | None:
    """Close a thread, or what is below a comment, to new replies; or open it again."""
    columns = {"locked_at": timezone.now() if locked else None}
    return change(content, by, Verb.LOCK if locked else Verb.UNLOCK, columns, Why(reason=reason))


def set_pinned(post: Post, by: By, *, until: datetime | None) -> Act | None:
    """Keep a post at the top of its board until a moment, or no longer."""
    verb = Verb.PIN if until else Verb.UNPIN
    return change(post, by, verb, {"pinned_until": until}, Why(until=until))


def set_labels(post: Post, by: By, *, nsfw: bool, spoiler: bool) -> Act | None:
    return change(post, by, Verb.LABEL, {"is_nsfw": nsfw, "is_spoiler": spoiler}, Why())


@tried_again
def change(
    content: Content,
    by: By,
    verb: Verb,
    columns: Mapping[str, Any],
    why: Why,
    *,
    ignore_reports: bool = False,
    case: Case | None = None,
) -> Act | None:
    """Set columns of a text and write it down; None if they say so already.

    An approval is an act even where nothing changes, if it answers a case. Raises
    PermissionDenied; ValidationError if somebody decided `case` already.
    """
    with transaction.atomic():
        content = _locked(content, by)
        _require(content, by, verb)
        before = {name: getattr(content, name) for name in columns}
        board, in_favour = board_of(content), verb in IN_FAVOUR
        # What is taken back decides nothing: its case waits again; see undo.py.
        decides = verb in DECIDING and why.undoes is None
        found = cases.find(board, content, by, case, in_favour=in_favour) if decides else None
        is_answer = verb == Verb.APPROVE and (found is not None or ignore_reports)
        if not (_differs(before, columns) or is_answer or why.undoes):
            return None
        _require_to_take_off(content, by, verb, columns)
        was_live, was_held = content.is_live, content.is_held
        _set(content, columns)
        closed = None
        if decides:
            closed = cases.close(
                board, content, by, approved=in_favour, ignore_reports=ignore_reports, case=found
            )
        elif columns.get("is_held") and content.deleted_at is None:
            cases.open_case(board, content, Case.Kind.HELD, rule=by.rule)
        act = log.write(verb, by, board, content, log.changed(why, before, columns, case=closed))
        _follow(content, was_live=was_live, was_held=was_held)
        answers.of_text(content, by, before, but=act.undoes)
        _tell(act, closed)
        return act


def _set(content: Content, columns: Mapping[str, Any]) -> None:
    """In the row and in the object that stands for it."""
    type(content)._default_manager.filter(pk=content.pk).update(**columns)
    for name, value in columns.items():
        setattr(content, name, value)


def _tell(act: Act, closed: Case | None) -> None:
    """Those who reported the text, and its author."""
    if closed is not None:
        cases.tell(closed)
    if act.verb in TOLD:
        letters.tell_of_act(act, act.board)


def _require(content: Content, by: By, verb: Verb) -> None:
    """Nobody acts against someone of equal or higher rank."""
    board = board_of(content)
    by.require(board, Power.CONTENT)
    own = by.actor is not None and by.actor.pk == content.author_id
    if verb in AGAINST and not own:
        by.require_rank(content.author, board)


def _require_to_take_off(content: Content, by: By, verb: Verb, columns: Mapping[str, Any]) -> None:
    """But on appeal, nobody takes off what it is not theirs to take back; see ranks.py."""
    if verb == Verb.OVERTURN:
        return
    for column in ranks.SET_BY:
        if column in columns and not columns[column] and getattr(content, column):
            ranks.require_to_take_off(content, column, by, board_of(content))


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether there is anything to do; that something is removed since another moment is not."""
    exact = {"pinned_until", "is_nsfw", "is_spoiler", "is_held"}
    return any(
        before[name] != after[name] if name in exact else bool(before[name]) != bool(after[name])
        for name in after
        if name != "removed_by_id"
    )


def _locked(content: Content, by: By) -> Any:
    """The row as it is now. Rules are asked with the text locked by who writes or reports it.

    Of a new comment the tree alone, after which its board must not be: nobody else sees it yet.
    """
    return content if by.source == Act.Source.RULE else lock(content)


def lock(content: Content) -> Any:
    """The row as it is now, which nobody else changes until the transaction ends.

    For a comment the tree's lock, so that no reply slips under one that is just going; the board
    before either (see discussions.locks). Raises ValidationError if it was purged meanwhile.
    """
    try:
        lock_board(board_of(content).pk)
        if isinstance(content, Comment):
            Comment.objects.lock_tree(content.tree_id)
            return Comment.objects.select_related("post__board", "author").get(pk=content.pk)
        posts = Post.objects.select_for_update(of=("self",)).select_related("board", "author")
        return posts.get(pk=content.pk)
    except ObjectDoesNotExist:
        raise ValidationError(_("It is gone for good."), code="gone") from None


def _follow(content: Content, *, was_live: bool, was_held: bool) -> None:
    """What follows when a text goes or comes back: counts, and the letters that speak of it."""
    if was_live and not content.is_live:
        inbox.withdraw(content.key)
    change = content.is_live - was_live
    if change and isinstance(content, Post):
        count_post(content, change)
        inbox.retitle(content.key, content.title if content.is_live else REMOVED_TITLE)
    elif change and isinstance(content, Comment):
        count_comment(content, change)
    if was_held and content.is_live:
        draft = replies.draft(content.text)
        if isinstance(content, Post):
            stir_board(content)
            replies.tell_of_post(content, draft)
        else:
            replies.tell_of_comment(content, draft)
            stir_post(content)
