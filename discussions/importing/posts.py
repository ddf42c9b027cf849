"""An archive's posts, written a batch at a time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from boards.models import Board
from discussions import bulk, ranking
from discussions.importing import boards, content
from discussions.importing.members import Members
from discussions.importing.records import Submission
from discussions.importing.rendering import Renderer
from discussions.importing.report import Report
from discussions.importing.retry import insist
from discussions.models import Post

PREFIX = "t3_"


def write(
    records: Sequence[Submission], members: Members, renderer: Renderer, report: Report
) -> None:
    """Write those posts that are not here yet; of two with one id the first."""
    first: dict[str, Submission] = {}
    for record in records:
        first.setdefault(record.id, record)
    here = insist(lambda: _here(first))
    new = [record for record in first.values() if record.id not in here]
    texts = renderer.start([record.text for record in new])()
    pairs = list(zip(new, texts, strict=True))
    insist(lambda: _write(pairs, members, report), members.forget)
    report.count("posts_here", len(here))
    report.count("duplicates", len(records) - len(first))


def _here(posts: Iterable[str]) -> set[str]:
    found = Post.objects.filter(source_id__in=[PREFIX + post for post in posts])
    return {str(source)[len(PREFIX) :] for source in found.values_list("source_id", flat=True)}


def _write(new: list[tuple[Submission, str]], members: Members, report: Report) -> None:
    authors = members.resolve(content.first_words(record for record, _ in new))
    homes, boards_made = boards.resolve(_first_posts(record for record, _ in new))
    with transaction.atomic():
        here = _here(record.id for record, _ in new)
        rows = [
            _row(record, html, homes[record.board.lower()], authors.get(record.author))
            for record, html in new
            if record.id not in here
        ]
        bulk.insert(Post, rows)
        _count_on_boards(rows)
    report.count("boards", boards_made)
    report.count("posts", len(rows))


def _first_posts(records: Iterable[Submission]) -> dict[str, datetime]:
    """The boards that these are on, whatever the case of their names, and their first dates."""
    first: dict[str, Submission] = {}
    for record in sorted(records, key=lambda record: record.created):
        first.setdefault(record.board.lower(), record)
    return {record.board: content.moment(record.created) for record in first.values()}


def _row(record: Submission, html: str, board_id: int, author_id: int | None) -> dict[str, Any]:
    post = Post()
    post.set_title(record.title)
    post.set_url(record.url)
    columns = content.columns(record, PREFIX + record.id, author_id, html)
    created = columns["created_at"]
    return columns | {
        "board_id": board_id,
        "title": post.title,
        "slug": post.slug,
        "url": post.url,
        "domain": post.domain,
        "link_key": post.link_key,
        "locked_at": created if record.locked else None,
        "hot": ranking.hot(record.score, created),
        "active_at": created,
        "comment_count": 0,
    }


def _count_on_boards(rows: list[dict[str, Any]]) -> None:
    """Counts and dates of the boards, and on the posts whether their board is private.

    Last, and in order, because whoever posts on these boards waits for their rows.
    """
    live = Counter(
        row["board_id"] for row in rows if row["deleted_at"] is None and row["removed_at"] is None
    )
    newest: dict[int, datetime] = {}
    for row in rows:
        board, created = row["board_id"], row["created_at"]
        newest[board] = max(created, newest.get(board, created))
    found = Board.objects.select_for_update(no_key=True).filter(pk__in=newest).order_by("pk")
    columns = list(found.values_list("pk", "post_count", "active_at", "is_private"))
    counted = [(pk, count + live[pk], max(active, newest[pk])) for pk, count, active, _ in columns]
    bulk.update(Board, ["post_count", "active_at"], counted)
    # Under that lock nobody changes what they are told here.
    private = {pk for pk, _, _, is_private in columns if is_private}
    hidden = [row["source_id"] for row in rows if row["board_id"] in private]
    if hidden:
        Post.objects.filter(source_id__in=hidden).update(is_private=True)
