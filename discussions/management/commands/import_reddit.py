"""Brings a Reddit archive in."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from discussions import progress
from discussions.importing.lines import Unreadable, check_readable
from discussions.importing.planting import BrokenTree
from discussions.importing.report import Report
from discussions.importing.run import Import
from paging.trouble import in_a_line

PROBLEMS = 3  # exit status
INTERRUPTED = 130
AGAIN = "run it again to go on"


@contextmanager
def errors_in_a_line() -> Iterator[None]:
    """Tell what ended the import without a traceback. What was written stays."""
    try:
        yield
    except (Unreadable, BrokenTree) as error:
        raise CommandError(str(error)) from error
    except DatabaseError as error:
        raise CommandError(f"the database failed, {AGAIN}: {in_a_line(error)}") from error
    except sqlite3.Error as error:
        raise CommandError(f"no room for temporary files, {AGAIN}: {error}") from error
    except BrokenExecutor as error:
        raise CommandError(f"a worker process was killed, {AGAIN}") from error
    except KeyboardInterrupt as error:
        raise CommandError(f"interrupted, {AGAIN}", returncode=INTERRUPTED) from error


class Command(BaseCommand):
    help = (
        "Imports posts and comments from Reddit archive dumps: newline-delimited JSON, plain or "
        "compressed with Zstandard. Boards and members are made as needed. Safe to run again: "
        "what is here already stays as it is, and an import that was broken off goes on. "
        "Comments wait in a temporary file (see TMPDIR) until all are read. "
        "Exit status: 0 done, 1 error, 2 usage, 3 done but for what was told."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--submissions", type=Path, metavar="FILE", help="file of posts")
        parser.add_argument("--comments", type=Path, metavar="FILE", help="file of comments")
        parser.add_argument(
            "--board",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME",
            help="import only these subreddits",
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        files = [path for path in (options["submissions"], options["comments"]) if path]
        if not files:
            raise CommandError("name a file with --submissions or --comments", returncode=2)
        report = Report(progress.say)
        only = frozenset(name.lower() for name in options["board"])
        work = Import(report, only, quiet=options["json"])
        with errors_in_a_line():
            for path in files:
                check_readable(path)
            if options["submissions"]:
                work.import_posts(options["submissions"])
            if options["comments"]:
                work.import_comments(options["comments"])
        report.count("members", work.members.made)
        self.tell(report, as_json=options["json"])
        if report.problems:
            sys.exit(PROBLEMS)

    def tell(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json()))
        else:
            self.stdout.write("\n".join(report.summary()))
