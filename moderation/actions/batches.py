"""Acts on very many texts at once, set by set, and taking them back.

Each set is a transaction of its own, with the board locked as a whole (see discussions.locks), so
that nobody waits long; what is cut off can be done again, and does the rest.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import Member
from boards.models import Board, Power
from discussions import bulk
from discussions.locks import lock_board, lock_trees
from discussions.models import Comment, Post
from discussions.models.posts import REMOVED_TITLE
from inbox.models import Letter
from moderation.actions import answers, cases, log, people
from moderation.actions.accounts import tried_again
from moderation.actions.content import Content
from moderation.actions.log import By, Why
from moderation.actions.undo import columns, is_as_left, refusals, undo
from moderation.models import Act, Appeal, Case
from moderation.models.log import ANSWERS, Verb

TEXTS_PER_SET = 100


def ban_and_remove(
    member: Member,
    board: Board,
    by: By,
    since: datetime | None = None,
    *,
    until: datetime | None = None,
    reason: str = "",
    note: str = "",
    sooner: bool = False,
    because: Content | None = None,
) -> UUID:
    """Ban a spammer and remove what they wrote on the board (since a moment), in one batch.

    One letter tells them of the ban, and how many texts went with it. Raises as people.ban does.
    The batch, for `undo_batch`.
    """
    by.require(board, Power.CONTENT)
    batch = by.batch or uuid4()
    by = replace(by, batch=batch)
    later = Q(created_at__gte=since) if since else Q()
    posts = Post.objects.live().filter(later, board=board, author=member)
    comments = Comment.objects.live().filter(later, post__board=board, author=member)
    people.ban(
        member, board, by, until=until, reason=reason, note=note, sooner=sooner, because=because,
        texts=posts.count() + comments.count(),
    )  # fmt: skip
    for texts in (posts, comments):
        for pks in bulk.chunks(list(texts.values_list("pk", flat=True)), TEXTS_PER_SET):
            _remove(texts.model, pks, board, by, reason)
    return batch


def swept_with(acts: Iterable[Act]) -> dict[int, int]:
    """How many texts are removed still that were removed at once with each of some bans."""
    bans = {act.pk: act for act in acts if act.verb == Verb.BAN and act.batch is not None}
    if not bans:
        return {}
    found = _swept().filter(batch__in={act.batch for act in bans.values()}).order_by()
    counted = found.values_list("batch", "board", "member").annotate(n=Count("pk"))
    counts = {tuple(of): n for *of, n in counted}
    told = {pk: counts.get((act.batch, act.board_id, act.member_id)) for pk, act in bans.items()}
    return {pk: n for pk, n in told.items() if n}


def removed_with(acts: Iterable[Act]) -> dict[UUID | None, int]:
    """How many texts are removed still by each of the batches of these acts."""
    batches = {act.batch for act in acts if act.batch is not None}
    found = _swept().filter(batch__in=batches).order_by().values_list("batch")
    return dict(found.annotate(Count("pk"))) if batches else {}


def bring_back(ban: Act, by: By) -> int:
    """Show the texts that went with a ban, whose appeal was granted; how many.

    Raises PermissionDenied.
    """
    found = _swept().filter(batch=ban.batch, board=ban.board_id, member=ban.member_id)
    acts = list(found.only("pk", "post_id", "comment_id").order_by("-pk")) if ban.batch else []
    done: set[int] = set()
    for model, key in ((Post, "post_id"), (Comment, "comment_id")):
        pks = [act.pk for act in acts if getattr(act, key)]
        for some in bulk.chunks(pks, TEXTS_PER_SET):
            done |= _take_back(model, ban.board_id, some, by, Verb.OVERTURN)
    for act in acts:
        if act.pk not in done:  # what was held before waits again
            with suppress(ValidationError):
                undo(act, by, verb=Verb.OVERTURN)
    return len(done)


def _swept() -> QuerySet[Act]:
    """Acts by which texts are removed still; not those that an appeal of their own decided."""
    still = Q(post__removed_at__isnull=False) | Q(comment__removed_at__isnull=False)
    undecided = Q(appeal=None) | Q(appeal__state=Appeal.State.OPEN)
    removals = Act.objects.filter(verb__in=(Verb.REMOVE, Verb.SPAM), undone_by=None)
    return removals.filter(still, undecided)


def undo_batch(batch: UUID, by: By) -> tuple[int, int]:
    """Take back all acts of a batch that this person can; how many were, and how many were not.

    What takes them back is a batch itself.
    """
    by = replace(by, batch=by.batch or uuid4())
    acts = list(
        Act.objects.filter(batch=batch, undone_by__isnull=True)
        .exclude(verb__in=ANSWERS)
        .only("pk", "verb", "post_id", "comment_id", "board_id")
        .order_by("-pk")
    )
    removals: dict[tuple[type[Content], int], list[int]] = {}
    others = []
    for act in acts:
        if act.verb in (Verb.REMOVE, Verb.SPAM):
            model = Post if act.post_id else Comment
            removals.setdefault((model, act.board_id), []).append(act.pk)
        else:
            others.append(act)
    done: set[int] = set()
    for (model, board_id), pks in removals.items():
        for some in bulk.chunks(pks, TEXTS_PER_SET):
            with suppress(PermissionDenied):
                done |= _take_back(model, board_id, some, by)
        # One by one: what was held before, what something else was done about since, what may
        # not be taken back by them.
        others += Act.objects.filter(pk__in=set(pks) - done)
    for act in others:
        with suppress(ValidationError, PermissionDenied):
            undo(act, by)
            done.add(act.pk)
    return len(done), len(acts) - len(done)


@tried_again
@transaction.atomic
def _remove(model: Any, pks: Sequence[int], board: Board, by: By, reason: str) -> None:
    board = lock_board(board.pk, whole=True)
    texts = [text for text in _lock(model, pks) if text.is_live]
    before = {"removed_at": None, "removed_by_id": None, "is_held": False}
    after = {"removed_at": timezone.now(), "removed_by_id": by.actor and by.actor.pk}
    after |= {"is_held": False}
    found = _cases_of(texts, by)
    _set(texts, after, live=False)
    acts, role = [], by.role_on(board)
    for text in texts:
        why = log.changed(Why(reason=reason), before, after, case=found.get(text.pk))
        acts.append(log.draft(Verb.SPAM, by, board, text, why, role=role))
    Act.objects.bulk_create(acts)
    _close(found.values(), by)
    _withdraw(texts)


@tried_again
@transaction.atomic
def _take_back(
    model: Any, board_id: int, pks: Sequence[int], by: By, verb: Verb = Verb.UNDO
) -> set[int]:
    """Show texts again that are as these acts left them; the ids of the acts.

    By undoing them or, on appeal (`verb`), whoever did it.
    """
    board = lock_board(board_id, whole=True)
    by.require(board, Power.CONTENT)
    key = "post_id" if model is Post else "comment_id"
    acts = {getattr(act, key): act for act in Act.objects.filter(pk__in=pks)}
    left = set(Act.objects.filter(undoes__in=pks).values_list("undoes", flat=True))
    on_appeal = verb == Verb.OVERTURN
    if not on_appeal:
        left |= refusals(list(acts.values()), board, by).keys()
    texts = []
    for text in _lock(model, list(acts)):
        act = acts[text.pk]
        kept = act.before
        simple = kept["before"]["removed_at"] is None and act.pk not in left
        if simple and is_as_left(text, kept["after"]):
            texts.append(text)
    _set(texts, columns({"removed_at": None, "removed_by_id": None, "is_held": False}), live=True)
    undoing, role = [], by.role_on(board)
    for text in texts:
        act = acts[text.pk]
        why = log.changed(Why(undoes=act), act.before["after"], act.before["before"])
        undoing.append(log.draft(verb, by, board, text, why, role=role))
    Act.objects.bulk_create(undoing)
    for text in texts:
        if not on_appeal and "case" in acts[text.pk].before:
            cases.reopen(acts[text.pk].before["case"], by)
    taken_back = [acts[text.pk].pk for text in texts]
    Letter.objects.filter(subject_key__in=[f"act/{pk}/" for pk in taken_back]).delete()
    answers.of_acts(taken_back, by)
    return set(taken_back)


def _lock(model: Any, pks: Sequence[int]) -> list[Any]:
    """The texts as they are now, which nobody changes until the transaction ends."""
    if model is Comment:
        lock_trees(Comment.objects.filter(pk__in=pks).values_list("tree_id", flat=True))
    rows = model._default_manager.filter(pk__in=pks).order_by("pk")
    related = ("author", "post__board") if model is Comment else ("author", "board")
    return list(rows.select_for_update(of=("self",)).select_related(*related))


def _set(texts: Sequence[Any], values: dict[str, Any], *, live: bool) -> None:
    """Set columns, and keep the counts and what letters call the posts."""
    if not texts:
        return
    first = texts[0]
    type(first)._default_manager.filter(pk__in=[text.pk for text in texts]).update(**values)
    change = 1 if live else -1
    if not isinstance(first, Post):
        _count_comments(texts, change)
        return
    count = sum(text.deleted_at is None for text in texts)
    Board.objects.filter(pk=first.board_id).update(post_count=F("post_count") + change * count)
    titles = {text.key: text.title for text in texts if text.deleted_at is None}
    within = Q(pk__in=[])
    for key in titles:
        within |= Q(subject_key__startswith=key)
    letters = list(Letter.objects.filter(within))
    for letter in letters:
        post_key = "/".join(letter.subject_key.split("/")[:4]) + "/"
        letter.title = titles[post_key] if live else REMOVED_TITLE
    Letter.objects.bulk_update(letters, ["title"], batch_size=100)


def _count_comments(comments: Sequence[Any], change: int) -> None:
    counts = Counter(comment.post_id for comment in comments if comment.deleted_at is None)
    posts: dict[int, list[int]] = {}
    for pk, count in counts.items():
        posts.setdefault(count, []).append(pk)
    for count, pks in posts.items():
        found = Post.objects.filter(pk__in=pks)
        found.update(comment_count=F("comment_count") + change * count)


def _cases_of(texts: Sequence[Any], by: By) -> dict[int, Case]:
    """The open cases about texts that they may decide, locked, by the texts' ids."""
    if not texts:
        return {}
    name = type(texts[0]).__name__.lower()
    found = Case.objects.open().filter(**{f"{name}__in": texts}).order_by("pk")
    if not by.is_staff:
        found = found.filter(for_staff=False)
    return {getattr(case, f"{name}_id"): case for case in found.select_for_update()}


def _close(found: Iterable[Case], by: By) -> None:
    for case in found:
        cases.close(case.board, case.target, by, approved=False, case=case)
        cases.tell(case)


def _withdraw(texts: Sequence[Any]) -> None:
    Letter.objects.filter(subject_key__in=[text.key for text in texts]).delete()
