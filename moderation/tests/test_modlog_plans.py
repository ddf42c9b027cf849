"""What a page of the mod log reads, however much was done on a board."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from discussions.models import Post
from moderation.models import Act
from moderation.models.log import Verb
from paging.tests.lasting import analyze, lasting
from paging.tests.many import copy_rows, quickly
from paging.tests.plans import Reading, read_by

pytestmark = pytest.mark.django_db

LOG = "/b/board_a/modlog/"
# Without a filter, by what most acts are, and by what only the oldest are.
VERBS = ["", Verb.APPROVE, Verb.LOCK]
PAGE_SIZE = 50
FEW = 100


@contextmanager
def filled(size: int, blocker: Any) -> Iterator[None]:
    """So many acts on one post, all of one moment; the oldest are of another verb."""
    with lasting(blocker, "moderation_act"):
        board = Board.objects.create(name="board_a", title="Board A")
        author = Member.objects.create_user("ann")
        post = Post.objects.create(board=board, author=author, title="x", slug="x")
        acts = Act.objects.bulk_create(
            Act(
                board=board,
                actor=author,
                verb=Verb.LOCK if n < 2 * FEW else Verb.APPROVE,
                post=post,
                member=author,
                at=timezone.now(),
            )
            for n in range(4 * FEW)
        )
        if size > len(acts):
            with quickly(Act):
                copy_rows(acts[2 * FEW :], size - len(acts))
        analyze()
        yield


def read(verb: str, after: str = "") -> Reading:
    return read_by(partial(Client().get, LOG, {"verb": verb, "after": after}))


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> dict[str, int]:
    """How many queries a page takes where there are some hundred acts."""
    with filled(4 * FEW, django_db_blocker):
        return {verb: read(verb).statements for verb in VERBS}


@pytest.fixture(scope="module")
def log(few: dict[str, int], django_db_blocker: Any) -> Iterator[None]:
    with filled(100_000, django_db_blocker):
        yield


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_reads_its_own_rows(log: None, few: dict[str, int], verb: str) -> None:
    after, seen = "", set()
    for _page in range(3):
        reading = read(verb, after)
        reading.assert_at_most(120, of="moderation_act")
        assert reading.statements == few[verb]
        page = Client().get(LOG, {"verb": verb, "after": after}).context["page"]
        seen |= {entry.act.pk for entry in page.rows}
        after = page.after
        assert after
    assert len(seen) == 3 * PAGE_SIZE
