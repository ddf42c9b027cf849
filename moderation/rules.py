"""The rules of boards and of the site: judging texts as they come, without a moderator.

Words, links and the author's age are judged when a text is written or edited; the number of
reports when a report comes; scores by `manage.py judge`, run now and then, since a vote is too
frequent to ask rules each time. Moderators of the board and staff are not judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection
from django.utils import timezone

from boards.models import Board
from boards.policy import MEMBER, rank
from discussions.models import Comment, Post
from moderation.actions import cases, content, people
from moderation.actions.content import Content, board_of
from moderation.actions.log import By
from moderation.matching import Compiled, Text, compile_rule, compiled
from moderation.models import Act, AutoRule, Case, DeskSettings
from moderation.models.log import Verb

FIRST_POSTS = "first posts of newcomers"
TRIAL_TEXTS = 5_000
TRIAL_SHOWN = 100
Deed = AutoRule.Deed

# One cheap query a writing: the rules' ids and stamps, and one row where first posts are held.
_STAMPS = """
SELECT id, changed_at FROM moderation_autorule
WHERE is_active AND (board_id = %s OR board_id IS NULL)
UNION ALL SELECT -hold_first_posts, NULL FROM moderation_desksettings
WHERE board_id = %s AND hold_first_posts > 0
"""


def rules_on(board: Board) -> tuple[list[Compiled], int]:
    """The active rules of a board and of the site, and how many first posts are held."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMPS, [board.pk, board.pk])
        rows = cursor.fetchall()
    hold_first = -min((pk for pk, _stamp in rows if pk < 0), default=0)
    return compiled(sorted(row for row in rows if row[0] > 0)), hold_first


def judge_written(text: Content) -> None:
    """Judge a new text, in the transaction that writes it."""
    board = board_of(text)
    rules, hold_first = rules_on(board)
    if not rules and not hold_first:
        return
    asked = Text(text)
    matching = [one.rule for one in rules if one.is_true_of(asked)]
    newcomer = hold_first > 0 and _is_first_of_newcomer(text, board, hold_first)
    if (matching or newcomer) and not _is_exempt(text, board):
        carry_out(matching, text, board)
        if newcomer and text.is_live:
            _hold(text, FIRST_POSTS, "")


def judge_edited(text: Content) -> None:
    """Judge a changed text; if it was approved before, moderators look again."""
    board = board_of(text)
    rules, _hold_first = rules_on(board)
    asked = Text(text)
    matching = [one.rule for one in rules if one.is_true_of(asked)]
    if matching and not _is_exempt(text, board):
        carry_out(matching, text, board)
    if text.is_live and _was_approved(text):
        cases.open_case(board, text, Case.Kind.EDITED)


def judge_reported(text: Content, count: int) -> None:
    """Judge a text of which a report has come."""
    board = board_of(text)
    asked = Text(text)
    matching = [
        one.rule
        for one in rules_on(board)[0]
        if one.rule.reports_at_least is not None and one.is_true_of(asked, reports=count)
    ]
    matching = [rule for rule in matching if not _was_done(rule, text)]
    if matching and not _is_exempt(text, board):
        carry_out(matching, text, board)


def judge_scores(days: int = 30, *, apply: bool) -> Iterator[tuple[AutoRule, Content]]:
    """Judge the scores of what was written lately; what the rules are true of, and new to them."""
    rules = AutoRule.objects.filter(is_active=True, score_below__isnull=False)
    for rule in rules.select_related("board").order_by("pk"):
        asked = compile_rule(rule)
        for text in lately(rule.board, days):
            if not asked.is_true_of(Text(text), reports=_reports(rule, text), scored=True):
                continue
            board = board_of(text)
            if _was_done(rule, text) or _is_exempt(text, board):
                continue
            if apply:
                carry_out([rule], text, board)
            yield rule, text


def carry_out(rules: list[AutoRule], text: Content, board: Board) -> None:
    """Do what rules say with a text; nothing more once one has taken it off."""
    for rule in rules:
        if not text.is_live:
            return
        _do(rule, text, board)


def _do(rule: AutoRule, text: Content, board: Board) -> None:
    by = By(source=Act.Source.RULE, rule=rule.name)
    if rule.deed == Deed.HOLD:
        _hold(text, rule.name, rule.reason)
    elif rule.deed == Deed.REPORT:
        cases.open_case(board, text, Case.Kind.REPORTED, rule=rule.name)
    elif rule.deed == Deed.REMOVE:
        _taken_off(text, content.remove(text, by, reason=rule.reason))
    elif rule.deed == Deed.NOTE and text.author is not None:
        people.note(text.author, board, by, text=rule.reason or rule.name)
    elif isinstance(text, Post) and rule.deed in (Deed.NSFW, Deed.SPOILER):
        nsfw = text.is_nsfw or rule.deed == Deed.NSFW
        spoiler = text.is_spoiler or rule.deed == Deed.SPOILER
        content.set_labels(text, by, nsfw=nsfw, spoiler=spoiler)
        text.is_nsfw, text.is_spoiler = nsfw, spoiler


def _hold(text: Content, rule: str, reason: str) -> None:
    by = By(source=Act.Source.RULE, rule=rule)
    act = content.hold(text, by, reason=reason)
    _taken_off(text, act)
    text.is_held = True


def _taken_off(text: Content, act: Act | None) -> None:
    """Let the writer who holds this very object know."""
    if act is not None:
        text.removed_at = timezone.now()


def _is_first_of_newcomer(text: Content, board: Board, hold_first: int) -> bool:
    author = text.author
    days = DeskSettings.objects.filter(board=board).values_list("newcomer_days", flat=True)[0]
    if author is None or timezone.now() - author.joined_at >= timedelta(days=days):
        return False
    posts = Post.objects.live().filter(author=author, board=board)
    comments = Comment.objects.live().filter(author=author, post__board=board)
    count = 0
    for texts in (posts, comments):
        others = texts.exclude(pk=text.pk) if isinstance(text, texts.model) else texts
        count += len(others.values_list("pk")[:hold_first])
    return count < hold_first


def _is_exempt(text: Content, board: Board) -> bool:
    """Who looks after a board is not judged by its rules."""
    return rank(text.author, board) > MEMBER


def _about(text: Content) -> dict[str, Any]:
    return {type(text).__name__.lower(): text}


def _was_approved(text: Content) -> bool:
    acts = Act.objects.filter(**_about(text), verb=Verb.APPROVE, undone_by__isnull=True)
    return acts.exists()


def _was_done(rule: AutoRule, text: Content) -> bool:
    """Whether a rule dealt with a text before: once is enough, whatever came of it."""
    return (
        Act.objects.filter(**_about(text), source=Act.Source.RULE, rule=rule.name).exists()
        or Case.objects.filter(**_about(text), rule=rule.name).exists()
    )


def _reports(rule: AutoRule, text: Content) -> int | None:
    if rule.reports_at_least is None:
        return None
    case = Case.objects.open().filter(**_about(text)).first()
    return case.report_count if case else 0


@dataclass
class Trial:
    """What a rule would have done."""

    looked_at: int = 0
    matched: int = 0
    # The newest of them.
    shown: list[Content] = field(default_factory=list)


def trial(rule: AutoRule, days: int = 30) -> Trial:
    """What a rule, saved or not, would have done to the newest 5,000 texts of the last days."""
    asked, found = compile_rule(rule), Trial()
    for text in lately(rule.board, days):
        found.looked_at += 1
        if asked.is_true_of(Text(text), reports=_reports(rule, text), scored=True):
            found.matched += 1
            if len(found.shown) < TRIAL_SHOWN:
                found.shown.append(text)
    return found


def lately(board: Board | None, days: int) -> list[Content]:
    """The newest texts that are there, of a board or of all, newest first, with their authors.

    Through the posts that were active, whose index begins with the newest: never the whole board.
    """
    since = timezone.now() - timedelta(days=days)
    posts = Post.objects.live().filter(active_at__gte=since)
    if board is not None:
        posts = posts.in_board(board)
    active = list(posts.order_by("-active_at", "-pk").values_list("pk", flat=True)[:TRIAL_TEXTS])
    new = Post.objects.live().filter(pk__in=active, created_at__gte=since)
    texts: list[Content] = _newest(new.select_related("author", "board"))
    comments = Comment.objects.live().filter(post__in=active, created_at__gte=since)
    texts += _newest(comments.select_related("author", "post__board"))
    texts.sort(key=attrgetter("created_at"), reverse=True)
    return list(islice(texts, TRIAL_TEXTS))


def _newest(texts: Any) -> list[Any]:
    return list(texts.order_by("-created_at", "-pk")[:TRIAL_TEXTS])
