"""The rules of boards and of the site: judging texts as they come, without a moderator.

Words, links and the author's age are judged when a text is written or edited; the number of
reports when a report comes; scores by `manage.py judge`, run now and then, since a vote is too
frequent to ask rules each time. A board's rules don't bind its moderators, and none bind staff.

Whoever writes, edits or reports a text has it locked when its rules are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Member
from boards.models import Board, is_site_staff
from boards.policy import MEMBER, STAFF, rank
from discussions import bulk
from discussions.models import Comment, Post
from moderation.actions import cases, content, people
from moderation.actions.content import Content, board_of
from moderation.actions.log import By
from moderation.matching import Compiled, Text, compile_rule, compiled
from moderation.models import Act, AutoRule, Case, DeskSettings
from moderation.models.log import RULE_ID, Verb
from moderation.queue.others import REMOVALS
from paging.plans import Planned

FIRST_POSTS = "first posts of newcomers"
TRIAL_TEXTS = 5_000
TRIAL_SHOWN = 100
# So many are in memory at once, with their texts.
TEXTS_AT_ONCE = 200
Deed = AutoRule.Deed

# One cheap query a writing: the ids and stamps of the rules that bind its author, and one row where
# first posts are held.
_STAMPS = Planned(
    """
SELECT id, changed_at FROM moderation_autorule WHERE is_active AND (board_id IS NULL OR (
    board_id = %s AND NOT EXISTS (
        SELECT 1 FROM boards_moderator WHERE board_id = %s AND member_id = %s
    )
))
UNION ALL SELECT -hold_first_posts, NULL FROM moderation_desksettings
WHERE board_id = %s AND hold_first_posts > 0 AND NOT EXISTS (
    SELECT 1 FROM boards_moderator WHERE board_id = %s AND member_id = %s
)
""",
    size=6,
)


def rules_for(author: Member | None, board: Board) -> tuple[list[Compiled], int]:
    """The active rules that bind who writes on a board, and how many first posts are held."""
    if author is not None and is_site_staff(author):
        return [], 0
    with connection.cursor() as cursor:
        cursor.execute(_STAMPS, 2 * [board.pk, board.pk, author.pk if author else None])
        rows = cursor.fetchall()
    hold_first = -min((pk for pk, _stamp in rows if pk < 0), default=0)
    return compiled(sorted(row for row in rows if row[0] > 0)), hold_first


def judge_written(text: Content) -> None:
    """Judge a new text, in the transaction that writes it."""
    board = board_of(text)
    rules, hold_first = rules_for(text.author, board)
    carry_out(_true_of(text, rules), text, board)
    if hold_first and text.is_live and _is_first_of_newcomer(text, board, hold_first):
        content.hold(text, By(source=Act.Source.RULE, rule=FIRST_POSTS))


def judge_edited(text: Content) -> None:
    """Judge a changed text; if it was approved before, moderators look again."""
    board = board_of(text)
    rules, _hold_first = rules_for(text.author, board)
    carry_out(_true_of(text, rules), text, board)
    if text.is_live and _was_approved(text):
        cases.open_case(board, text, Case.Kind.EDITED)


def judge_reported(text: Content, count: int) -> None:
    """Judge a text of which a report has come."""
    board = board_of(text)
    rules = [
        one for one in rules_for(text.author, board)[0] if one.rule.reports_at_least is not None
    ]
    matching = _true_of(text, rules, reports=count)
    carry_out([rule for rule in matching if not _was_done(rule, text)], text, board)


def _true_of(text: Content, rules: list[Compiled], **seen: Any) -> list[AutoRule]:
    asked = Text(text)
    return [one.rule for one in rules if one.is_true_of(asked, **seen)]


def judge_scores(days: int = 30, *, apply: bool) -> Iterator[tuple[AutoRule, Content]]:
    """Judge the scores of what was written lately; what the rules are true of, and new to them."""
    rules = AutoRule.objects.filter(is_active=True, score_below__isnull=False)
    for rule in rules.select_related("board").order_by("pk"):
        asked = compile_rule(rule)
        for text in lately(rule.board, days):
            if not asked.is_true_of(Text(text), reports=_reports(rule, text), scored=True):
                continue
            if _was_done(rule, text) or _is_exempt(rule, text):
                continue
            if apply:
                _carry_out_late(rule, text)
            yield rule, text


def _carry_out_late(rule: AutoRule, text: Content) -> None:
    """Do what a rule says with a text that nobody has locked yet."""
    with transaction.atomic():
        text = content.lock(text)
        carry_out([rule], text, board_of(text))


def carry_out(rules: list[AutoRule], text: Content, board: Board) -> None:
    """Do what rules say with a text; nothing more once one has taken it off."""
    for rule in rules:
        if not text.is_live:
            return
        _do(rule, text, board)


def _do(rule: AutoRule, text: Content, board: Board) -> None:
    of_site = rule.board_id is None
    by = By(source=Act.Source.RULE, rule=rule.name, rule_id=rule.pk, of_site=of_site)
    if rule.deed == Deed.HOLD:
        content.hold(text, by, reason=rule.reason)
    elif rule.deed == Deed.REPORT:
        cases.open_case(board, text, Case.Kind.REPORTED, rule=rule.name)
    elif rule.deed == Deed.REMOVE:
        content.remove(text, by, reason=rule.reason)
    elif rule.deed == Deed.NOTE and text.author is not None and not _was_done(rule, text):
        # Once a text, however often it is edited.
        people.note(text.author, board, by, text=rule.reason or rule.name, about=text.key)
    elif isinstance(text, Post) and rule.deed in (Deed.NSFW, Deed.SPOILER):
        nsfw = text.is_nsfw or rule.deed == Deed.NSFW
        spoiler = text.is_spoiler or rule.deed == Deed.SPOILER
        content.set_labels(text, by, nsfw=nsfw, spoiler=spoiler)


def _is_first_of_newcomer(text: Content, board: Board, hold_first: int) -> bool:
    author = text.author
    desk = DeskSettings.objects.filter(board=board).first()
    if author is None or desk is None:  # what was set a moment ago may be gone
        return False
    if (timezone.now() - author.joined_at).days >= desk.newcomer_days:
        return False
    posts = Post.objects.live().filter(author=author, board=board)
    comments = Comment.objects.live().filter(author=author, post__board=board)
    count = 0
    for texts in (posts, comments):
        others = texts.exclude(pk=text.pk) if isinstance(text, texts.model) else texts
        count += len(others.values_list("pk")[:hold_first])
    return count < hold_first


def _is_exempt(rule: AutoRule, text: Content) -> bool:
    """Who looks after a board is not judged by its rules, but by the site's; staff by none."""
    height = rank(text.author, board_of(text))
    return height >= STAFF or (height > MEMBER and rule.board_id is not None)


def _about(text: Content) -> dict[str, Any]:
    return {type(text).__name__.lower(): text}


def _was_approved(text: Content) -> bool:
    acts = Act.objects.filter(**_about(text), verb=Verb.APPROVE, undone_by__isnull=True)
    return acts.exists()


def _was_done(rule: AutoRule, text: Content) -> bool:
    """Whether a rule dealt with a text before, or has nothing to do: once is enough."""
    about = _about(text)
    if rule.deed == Deed.NOTE:
        # The act is about the member, who may have written more that is like it.
        about = {"member": text.author_id, "board": board_of(text), "before__about": text.key}
    acts = Act.objects.filter(_of_rule(rule), **about, source=Act.Source.RULE)
    return _has_nothing_to_do(rule, text) or acts.exists() or _was_reported(rule, text)


def _of_rule(rule: AutoRule) -> Q:
    """Its own acts, by its id; old ones, that were written down without, by its name."""
    unmarked = ~Q(before__has_key=RULE_ID)
    return Q(**{f"before__{RULE_ID}": rule.pk}) | (unmarked & Q(rule=rule.name))


def _has_nothing_to_do(rule: AutoRule, text: Content) -> bool:
    if rule.deed == Deed.NOTE:
        return text.author_id is None
    if isinstance(text, Post) and rule.deed == Deed.NSFW:
        return text.is_nsfw
    return isinstance(text, Post) and rule.deed == Deed.SPOILER and text.is_spoiler


def _was_reported(rule: AutoRule, text: Content) -> bool:
    """By the rule, or now, by whomever: a case that waits says enough."""
    found = Case.objects.filter(**_about(text))
    if rule.deed != Deed.REPORT:
        return found.filter(rule=rule.name).exists()
    return found.filter(Q(rule=rule.name) | Q(closed_at__isnull=True)).exists()


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
    # How many of those that matched are removed as it is.
    off_already: int = 0
    # The newest of them.
    shown: list[Content] = field(default_factory=list)


def trial(rule: AutoRule, days: int = 30) -> Trial:
    """What a rule, saved or not, would have done to the newest 5,000 texts of the last days.

    Removed ones too: many a rule is made after the spam that it is for was swept up.
    """
    asked, found = compile_rule(rule), Trial()
    for text in lately(rule.board, days, with_removed=True):
        found.looked_at += 1
        if asked.is_true_of(Text(text), reports=_reports(rule, text), scored=True):
            found.matched += 1
            found.off_already += not text.is_live
            if len(found.shown) < TRIAL_SHOWN:
                found.shown.append(text)
    return found


def lately(board: Board | None, days: int, *, with_removed: bool = False) -> Iterator[Content]:
    """The newest texts that are there, of a board or of all, newest first, with their authors.

    Through the posts that were active, whose index begins with the newest: never the whole board;
    and through the acts that removed some. Their words are read some at a time.
    """
    since = timezone.now() - timedelta(days=days)
    posts = Post.objects.live().filter(active_at__gte=since)
    if board is not None:
        posts = posts.in_board(board)
    active = list(posts.order_by("-active_at", "-pk").values_list("pk", flat=True)[:TRIAL_TEXTS])
    found = [*_newest(Post.objects.live().filter(pk__in=active, created_at__gte=since))]
    found += _newest(Comment.objects.live().filter(post__in=active, created_at__gte=since))
    if with_removed:
        found += _removed(board, since)
    newest = sorted(found, key=itemgetter(0), reverse=True)
    posts = Post.objects.select_related("author", "board")
    comments = Comment.objects.select_related("author", "post__board")
    for some in bulk.chunks(newest[:TRIAL_TEXTS], TEXTS_AT_ONCE):
        read: dict[Any, dict[int, Content]] = {
            Post: posts.in_bulk(_keys(some, Post)),
            Comment: comments.in_bulk(_keys(some, Comment)),
        }
        for _at, model, pk in some:
            text = read[model].get(pk)  # it may have gone meanwhile
            if text and (text.is_live or (with_removed and text.deleted_at is None)):
                yield text


def _removed(board: Board | None, since: datetime) -> list[tuple[Any, Any, int]]:
    """The texts that were written since then, and are removed."""
    acts = Act.objects.filter(verb__in=REMOVALS, at__gte=since)
    if board is not None:
        acts = acts.filter(board=board)
    rows = list(acts.order_by("-at", "-pk").values_list("post", "comment")[:TRIAL_TEXTS])
    still = {"created_at__gte": since, "removed_at__isnull": False, "deleted_at__isnull": True}
    posts = Post.objects.filter(pk__in={post for post, _ in rows if post}, **still)
    comments = Comment.objects.filter(pk__in={comment for _, comment in rows if comment}, **still)
    return [*_newest(posts), *_newest(comments)]


def _newest(texts: "QuerySet[Any]") -> list[tuple[Any, Any, int]]:
    """When each was written, of which sort it is, and its id."""
    keys = texts.order_by("-created_at", "-pk").values_list("created_at", "pk")[:TRIAL_TEXTS]
    return [(at, texts.model, pk) for at, pk in keys]


def _keys(rows: list[tuple[Any, Any, int]], model: Any) -> list[int]:
    return [pk for _at, of, pk in rows if of is model]
