"""Packs of an archive's comments that are written at the same time."""

from threading import Barrier, Lock
from typing import Any

import pytest
from django.core.management.base import CommandError

from discussions.importing import comments, planting
from discussions.models import Comment
from discussions.tests.archives import (
    Importer,
    archive_fixture,  # noqa: F401
    assert_sound,
    remark,
    submission,
)
from discussions.tests.test_import_processes import wait_for_other_connections_to_end

THREADS = 12


def threads_of_chains() -> tuple[list[Any], list[Any]]:
    """Posts, and below each a chain of ten comments by the same members everywhere."""
    posts = [submission(f"p{number}") for number in range(THREADS)]
    found = [
        remark(f"c{number}x{each}", f"c{number}x{each - 1}" if each else None, post=f"p{number}")
        | {"author": f"m{each}"}
        for number in range(THREADS)
        for each in range(10)
    ]
    return posts, found


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_packs_are_written_at_once_where_several_may_write(
    archive: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = planting.plant
    both = Barrier(2)

    def met(*arguments: Any) -> planting.Planted:
        both.wait(timeout=30)
        return plant(*arguments)

    monkeypatch.setattr(comments, "PACK", 10)
    monkeypatch.setattr(planting, "plant", met)
    outcome = archive(*threads_of_chains())
    assert outcome.done["comments"] == Comment.objects.count() == THREADS * 10
    assert outcome.done["members"] == 11  # with the author of the posts
    assert_sound()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_no_connection_is_left(archive: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "PACK", 10)
    archive(*threads_of_chains())
    wait_for_other_connections_to_end()


@pytest.mark.django_db(transaction=True)
def test_a_pack_that_fails_ends_the_import_and_those_before_it_stay(
    archive: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, lock = planting.plant, Lock()
    tried: list[int] = []

    def failing(*arguments: Any) -> planting.Planted:
        with lock:
            tried.append(len(tried))
            fails = len(tried) > 3
        if fails:
            raise planting.BrokenTree("a comment tree is not whole")
        return plant(*arguments)

    monkeypatch.setattr(comments, "PACK", 10)
    monkeypatch.setattr(planting, "plant", failing)
    with pytest.raises(CommandError, match="not whole"):
        archive(*threads_of_chains())
    assert Comment.objects.count() == 30
    assert len(tried) < THREADS
    assert_sound()
