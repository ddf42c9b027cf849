"""What an archive's posts and comments have in common when they are written."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from discussions import ranking
from discussions.importing.records import DELETED, NOBODY, REMOVED, Remark, Submission


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def first_words(records: Iterable[Submission | Remark]) -> dict[str, datetime]:
    """When each author first wrote, among these."""
    first: dict[str, int] = {}
    for record in records:
        if record.author != NOBODY:
            first[record.author] = min(record.created, first.get(record.author, record.created))
    return {name: moment(seconds) for name, seconds in first.items()}


def columns(
    record: Submission | Remark, source: str, author_id: int | None, html: str
) -> dict[str, Any]:
    """The columns of `Content`.

    The archive says what is gone, not since when: the date of writing stands for that. Its points
    come without votes: `base_score` holds them.
    """
    created = moment(record.created)
    ups, downs = max(record.score, 0), max(-record.score, 0)
    return {
        "author_id": author_id,
        "text": record.text,
        "html": html,
        "created_at": created,
        "edited_at": None if record.edited is None else moment(record.edited),
        "deleted_at": created if record.state == DELETED else None,
        "removed_at": created if record.state == REMOVED else None,
        "removed_by_id": None,
        "ups": ups,
        "downs": downs,
        "score": record.score,
        "base_score": record.score,
        "controversy": ranking.controversy(ups, downs),
        "source_id": source,
    }
