"""Makes a site of a given size in an empty PostgreSQL: seeded, and table by table.

What it writes is whole: check_tree, recount and recompute_ranks find nothing to put right.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Member
from accounts.names import skeleton
from bench import shapes
from bench.loading import blank, index_words, quickly
from bench.sizes import Size
from bench.texts import Texts
from boards.models import Board, Moderator, Subscription
from discussions import bulk, ranking
from discussions.models import Comment, CommentVote, Post, PostVote
from discussions.trees import nested_sets
from markup import render

READER = 1  # the member who reads; ids of members
WRITERS = range(2, 10)
OTHERS = 20  # from here on they wrote what is there
FOLLOWED = 50  # boards
PRIVATE_BOARDS = 0.02
BIG_BOARD = 1  # its id
BIG_SHARE = 0.6  # of all posts
AGE = timedelta(days=730)  # of the site
SPAN = timedelta(days=2)  # that a thread lives for
VOTED = 0.1  # share of posts and comments with votes beside those of an archive
READER_VOTES = 8  # on every so manieth
HIGHEST = 100_000  # points


@dataclass
class Thread:
    """The comments that one post shall have: the parent of each, in their order."""

    parents: dict[int, int | None]

    @property
    def size(self) -> int:
        return len(self.parents)

    def middle(self) -> int:
        return list(self.parents)[self.size // 2]


@dataclass
class Votes:
    """Who voted what on one kind of target."""

    rows: list[tuple[int, int, int]] = field(default_factory=list)  # target, voter, value


class Site:
    """All that is made, in order of the tables."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self.size = size
        self.dice = random.Random(seed)
        self.texts = Texts(seed)
        self.now = timezone.now()
        self.threads: dict[int, Thread] = {}  # by post
        self.next_comment = 1
        self.next_post = size.posts
        self.post_votes, self.comment_votes = Votes(), Votes()
        self.posts_on: Counter[int] = Counter()
        self.latest_on: dict[int, datetime] = {}
        self._plan_threads()

    def _plan_threads(self) -> None:
        """The named threads are on the newest posts, then come empty ones, then ordinary ones."""
        size, dice = self.size, self.dice
        first = self.next_comment
        self.shown = self._thread(shapes.grown(dice, first, size.shown, deepest=6))
        self.middle = self._thread(shapes.grown(dice, self.next_comment, size.middle))
        self.large = self._thread(shapes.grown(dice, self.next_comment, size.large))
        self.wide = self._thread(shapes.wide(self.next_comment, size.wide))
        self.huge = self._thread(shapes.grown(dice, self.next_comment, size.huge))
        self.empty = [self._thread({}) for _ in range(2 + len(WRITERS))]
        for _ in range(size.busy):
            count = min(int(dice.paretovariate(1.0)), 500)
            self._thread(shapes.grown(dice, self.next_comment, count))

    def _thread(self, parents: dict[int, int | None]) -> int:
        """The id of the post that gets these comments."""
        post = self.next_post
        self.threads[post] = Thread(parents)
        self.next_post -= 1
        self.next_comment += len(parents)
        return post

    def write(self) -> None:
        with quickly(Member, Board, Subscription, Moderator):
            bulk.insert(Member, self._members())
            boards = list(self._boards())
            bulk.insert(Subscription, self._subscriptions(boards))
            bulk.insert(Moderator, self._moderators())
        with quickly(Post, PostVote, Comment, CommentVote):
            bulk.insert(Post, self._posts())
            bulk.insert(PostVote, _vote_rows(PostVote, self.post_votes))
            bulk.insert(Comment, self._comments())
            bulk.insert(CommentVote, _vote_rows(CommentVote, self.comment_votes))
        index_words()
        with quickly(Board):  # last, because they count what is on them
            bulk.insert(Board, map(self._counted, boards))

    def _members(self) -> Iterator[dict[str, Any]]:
        start = blank(Member) | {"password": "!", "joined_at": self.now - AGE}
        for number in range(1, self.size.members + 1):
            name = f"member_{number}"
            yield start | {"id": number, "username": name, "skeleton": skeleton(name)}

    def _boards(self) -> Iterator[dict[str, Any]]:
        start = blank(Board) | {"created_at": self.now - AGE, "active_at": self.now - AGE}
        for number in range(1, self.size.boards + 1):
            description, rules = self.texts.comment(), "1. Be kind.\n2. Stay on topic."
            yield start | {
                "id": number,
                "name": "big" if number == BIG_BOARD else f"board_{number}",
                "title": f"Board {number}",
                "description": description["text"],
                "description_html": description["html"],
                "rules": rules,
                "rules_html": str(render(rules)),
                "created_by_id": OTHERS,
                "is_private": self._is_private(number),
                "subscriber_count": 0,
            }

    def _is_private(self, board: int) -> bool:
        """The last boards are."""
        return board > self.size.boards * (1 - PRIVATE_BOARDS)

    def _subscriptions(self, boards: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Counted on the boards as they come."""
        start = blank(Subscription) | {"created_at": self.now}
        number = 0
        for member in (READER, *range(OTHERS, self.size.members + 1)):
            follows = FOLLOWED if member == READER else self.dice.randrange(10)
            for board in boards[:follows]:
                number += 1
                board["subscriber_count"] += 1
                yield start | {"id": number, "member_id": member, "board_id": board["id"]}

    def _moderators(self) -> Iterator[dict[str, Any]]:
        start = blank(Moderator) | {"appointed_at": self.now - AGE}
        for board in range(1, self.size.boards + 1):
            yield start | {"id": board, "board_id": board, "member_id": OTHERS + board % 10}

    def _counted(self, board: dict[str, Any]) -> dict[str, Any]:
        number = board["id"]
        active_at = self.latest_on.get(number, board["active_at"])
        return board | {"post_count": self.posts_on[number], "active_at": active_at}

    def _posts(self) -> Iterator[dict[str, Any]]:
        start = blank(Post)
        for number in range(1, self.size.posts + 1):
            created_at = self._posted_at(number)
            board = BIG_BOARD if number > self.next_post else self._board()
            self.posts_on[board] += 1
            self.latest_on[board] = max(created_at, self.latest_on.get(board, created_at))
            points = self._points(number, self.post_votes)
            thread = self.threads.get(number)
            answered = thread.size if thread else 0
            yield {
                **start,
                **self.texts.post(),
                **points,
                "id": number,
                "board_id": board,
                "is_private": self._is_private(board),
                "author_id": self._author(),
                "created_at": created_at,
                "hot": ranking.hot(points["score"], created_at),
                "comment_count": answered,
                "active_at": self._said_at(created_at, answered, answered),
            }

    def _posted_at(self, number: int) -> datetime:
        """The last is as old as a thread may live, so that all comments are in the past."""
        return self.now - SPAN - (AGE - SPAN) * (1 - number / self.size.posts)

    def _said_at(self, posted_at: datetime, place: int, size: int) -> datetime:
        """When the comment at a place (1 to `size`) was written; 0 is the post itself."""
        return posted_at + SPAN * (place / (size + 1))

    def _board(self) -> int:
        if self.dice.random() < BIG_SHARE:
            return BIG_BOARD
        return 1 + int(self.dice.random() ** 2 * self.size.boards)

    def _author(self) -> int | None:
        """Few write much; some are gone."""
        if self.dice.random() < 0.03:
            return None
        return OTHERS + int(self.dice.random() ** 3 * (self.size.members - OTHERS))

    def _comments(self) -> Iterator[dict[str, Any]]:
        start = blank(Comment)
        for post, thread in sorted(self.threads.items(), reverse=True):
            posted_at = self._posted_at(post)
            places = nested_sets(thread.parents)
            for count, (number, parent) in enumerate(thread.parents.items(), 1):
                points = self._points(number, self.comment_votes)
                yield {
                    **start,
                    **self.texts.comment(),
                    **points,
                    **places[number]._asdict(),
                    "id": number,
                    "post_id": post,
                    "parent_id": parent,
                    "author_id": self._author(),
                    "created_at": self._said_at(posted_at, count, thread.size),
                    "best": ranking.best(points["ups"], points["downs"]),
                }

    def _points(self, target: int, votes: Votes) -> dict[str, Any]:
        """Most points came with an archive; some have votes that stand for them."""
        base = min(int(self.dice.paretovariate(0.9)), HIGHEST)
        base *= -1 if self.dice.random() < 0.1 else 1
        ups, downs = max(base, 0), max(-base, 0)
        for voter, value in self._voters(target):
            votes.rows.append((target, voter, value))
            ups, downs = ups + (value > 0), downs + (value < 0)
        return {
            "base_score": base,
            "ups": ups,
            "downs": downs,
            "score": ups - downs,
            "controversy": ranking.controversy(ups, downs),
        }

    def _voters(self, target: int) -> Iterator[tuple[int, int]]:
        if target % READER_VOTES == 0:
            yield READER, self.dice.choice([1, 1, 1, -1])
        if self.dice.random() < VOTED:
            first = OTHERS + self.dice.randrange(self.size.members - OTHERS - 5)
            for voter in range(first, first + self.dice.randint(1, 5)):
                yield voter, self.dice.choice([1, -1])


def _vote_rows(model: type[PostVote] | type[CommentVote], votes: Votes) -> Iterator[dict[str, Any]]:
    start = blank(model) | {"created_at": timezone.now()}
    for number, (target, voter, value) in enumerate(votes.rows, 1):
        yield start | {"id": number, "target_id": target, "voter_id": voter, "value": value}
