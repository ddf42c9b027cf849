"""Brings in a board that another rboard exported."""

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from accounts.models import Member
from boards.models import Board
from boards.names import validate_name
from discussions import progress
from moderation.carrying.reading import Refused, Source
from moderation.carrying.receiving import Import
from moderation.carrying.shapes import Arrival
from paging.trouble import in_a_line

INTERRUPTED = 130
NOTHING = "Nothing was written; add --apply to do it."


@contextmanager
def errors_in_a_line() -> Iterator[None]:
    """Tell what ended the import without a traceback: nothing was written."""
    try:
        yield
    except (Refused, PermissionDenied) as error:
        raise CommandError(f"{error}\nNothing was written.") from error
    except ValidationError as error:
        raise CommandError(" ".join(error.messages) + "\nNothing was written.") from error
    except (DatabaseError, sqlite3.Error, BrokenExecutor) as error:
        raise CommandError(in_a_line(error) + "\nNothing was written.") from error
    except OSError as error:  # as of a path that is too long
        reason = error.strerror or str(error)
        raise CommandError(f"cannot read the file: {reason}\nNothing was written.") from error
    except KeyboardInterrupt as error:
        raise CommandError("interrupted: nothing was written", returncode=INTERRUPTED) from error


class Command(BaseCommand):
    help = (
        "Brings in a board from a file that export_board wrote (docs/export-format.md), all of it "
        "in one transaction; a dry run until --apply. Its members come as new ones who can't sign "
        "in until they claim their names by sign_in_link, whoever bears these names here, and "
        "its moderators stay without office. Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what export_board wrote, packed or not")
        parser.add_argument(
            "--as", dest="name", default="", metavar="NAME", help="call the board so"
        )
        parser.add_argument("--owner", metavar="MEMBER", help="a member here who is to own it")
        same = parser.add_mutually_exclusive_group()
        same.add_argument(
            "--same-site",
            action="store_true",
            help="the file is of this very site: a name is the member who bears it here, "
            "and moderators keep their offices",
        )
        same.add_argument(
            "--same-source",
            action="store_true",
            help="members who came with another board from the same site are the same",
        )
        parser.add_argument("--apply", action="store_true", help="really do it")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        work = Import(
            path=options["file"],
            name=_board_name(options["name"]),
            owner=_owner(options["owner"]),
            same_site=options["same_site"],
            same_source=options["same_source"],
        )
        quiet = options["json"]
        with errors_in_a_line():
            if not options["file"].is_file():
                raise Refused(f"there is no file {options['file']}")
            size = options["file"].stat().st_size
            with progress.bar("Checking", size, "B", quiet=quiet) as advance:
                arrival, source = work.rehearse(advance)
            if options["apply"]:
                with progress.bar("Writing", size, "B", quiet=quiet) as advance:
                    arrival = work.apply(advance)
        self._tell(arrival, source, options)

    def _tell(self, arrival: Arrival, source: Source, options: dict[str, Any]) -> None:
        found = {
            "board": arrival.board.name,
            "site": arrival.site,
            "counts": {kind: count for kind, count in arrival.counts.items() if count},
            "ignored": {what: count for what, count in source.ignored.items() if count},
            "applied": options["apply"],
        }
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        self.stdout.write(f"b/{arrival.board.name}, from {arrival.site}:")
        for what, count in arrival.counts.items():
            if count:
                self.stdout.write(f"{count:>12,} {what.replace('_', ' ')}")
        for what, count in source.ignored.items():
            if count:
                self.stdout.write(f"{count:>12,} {what} ignored, as they are not known here")
        if not options["apply"]:
            self.stdout.write(NOTHING)


def _board_name(name: str) -> str:
    """As argparse would refuse it."""
    if not name:
        return ""
    try:
        validators = Board._meta.get_field("name").validators
        for validate in (*validators, validate_name):
            validate(name)
    except ValidationError as error:
        raise CommandError(f"--as {name!r}: " + " ".join(error.messages), returncode=2) from None
    return name


def _owner(name: str | None) -> Member | None:
    if name is None:
        return None
    member = Member.objects.named(name).filter(is_active=True, imported=False).first()
    if member is None:
        raise CommandError(f"There is no member {name!r} who can sign in.", returncode=2)
    return member
