"""Small archives for the tests of the import, and the command that reads them."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from discussions.models import Comment, Post

DATE = 1_400_000_000  # 2014
REAL = Path(
    os.environ.get("REDDIT_ARCHIVE", settings.BASE_DIR.parent / "shared" / "data" / "reddit")
)


def submission(post_id: str = "p1", **fields: Any) -> dict[str, Any]:
    return {
        "id": post_id,
        "subreddit": "gardens",
        "author": "ann",
        "title": "A title",
        "selftext": "A text.",
        "url": f"https://www.reddit.com/r/gardens/comments/{post_id}/a_title/",
        "is_self": True,
        "created_utc": DATE,
        "score": 5,
    } | fields


def remark(
    comment_id: str, parent: str | None = None, post: str = "p1", **fields: Any
) -> dict[str, Any]:
    """A comment on a post, or below the comment `parent`."""
    return {
        "id": comment_id,
        "subreddit": "gardens",
        "author": "ben",
        "link_id": f"t3_{post}",
        "parent_id": f"t1_{parent}" if parent else f"t3_{post}",
        "body": f"Text of {comment_id}.",
        "created_utc": DATE + 60,
        "score": 1,
    } | fields


@dataclass
class Outcome:
    status: int
    done: dict[str, Any]
    errors: str

    @property
    def problems(self) -> dict[str, int]:
        return {kind: count for kind, count in self.done["problems"].items() if count}


class Importer:
    """Writes archives into a folder and imports them."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture

    def __call__(
        self,
        posts: Iterable[Any] | bytes | None = None,
        comments: Iterable[Any] | bytes | None = None,
        *arguments: str,
    ) -> Outcome:
        """Each line is an object, or text to be written as it is; or the file's bytes."""
        for name, lines in (("submissions", posts), ("comments", comments)):
            if lines is not None:
                arguments += (f"--{name}", str(self.write(name, lines)))
        status, output = run("import_reddit", "--json", *arguments)
        return Outcome(status, json.loads(output), self.capture.readouterr().err)

    def write(self, name: str, lines: Iterable[Any] | bytes) -> Path:
        path = self.folder / f"{name}.ndjson"
        if isinstance(lines, bytes):
            path.write_bytes(lines)
        else:
            texts = (each if isinstance(each, str) else json.dumps(each) for each in lines)
            path.write_text("".join(f"{text}\n" for text in texts))
        return path


@pytest.fixture(name="archive")
def archive_fixture(tmp_path: Path, capsys: pytest.CaptureFixture[str], db: None) -> Importer:
    return Importer(tmp_path, capsys)


def run(command: str, *arguments: str) -> tuple[int, str]:
    """The exit status and the output of a command."""
    output = StringIO()
    try:
        call_command(command, *arguments, stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


def assert_sound() -> None:
    """Neither the trees nor the counters have anything to be mended."""
    for command in ("check_tree", "recount", "recompute_ranks"):
        status, output = run(command)
        assert status == 0, output


def shape() -> list[tuple[str, int, int, int]]:
    """The comments of an archive as they stand in their trees: id, lft, rght, level."""
    rows = Comment.objects.order_by("tree_id", "lft")
    return [
        (source.removeprefix("t1_"), *place)
        for source, *place in rows.values_list("source_id", "lft", "rght", "level")
    ]


def parents() -> dict[str, str | None]:
    """The id of each archived comment's parent."""
    rows = Comment.objects.filter(source_id__isnull=False)
    return {
        source.removeprefix("t1_"): parent and parent.removeprefix("t1_")
        for source, parent in rows.values_list("source_id", "parent__source_id")
    }


def imported() -> list[tuple[Any, ...]]:
    """All that an import writes but the ids."""
    columns = ["source_id", "author__username", "text", "html", "created_at", "score", "ups"]
    posts = Post.objects.values_list(*columns, "title", "hot", "comment_count", "active_at")
    comments = Comment.objects.values_list(
        *columns, "parent__source_id", "lft", "rght", "level", "best", "orphaned"
    )
    return [*posts.order_by("source_id"), *comments.order_by("source_id")]
