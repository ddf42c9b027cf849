"""Tells what is in a backup, proves it good, and puts it into a site."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rboard.backups import restoring
from rboard.backups.restoring import Backup
from rboard.backups.running import run

FOUND = 3  # exit status

logger = logging.getLogger("rboard.operators")


class Command(BaseCommand):
    help = (
        "Reads a backup to its end and tells what is in it. --verify restores it into a database "
        "beside the site's, compares every row by checksums, and looks at trees, counters and the "
        "search there. Nothing of the site is changed without --apply. A backup that was not "
        "signed with this site's SECRET_KEY is only told about, unless --trust is given. "
        "Exit status: 0 all right; 1 error, as of a file that is cut off or of another site; "
        "2 usage; 3 --verify found a difference."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` made")
        parser.add_argument("--verify", action="store_true", help="try it out beside the site")
        parser.add_argument(
            "--into",
            default="",
            metavar="URL",
            help="try it in this empty PostgreSQL database, which is emptied again, instead of "
            "one made for it; what the URL leaves out is as for the site",
        )
        parser.add_argument("--apply", action="store_true", help="put it into the site")
        parser.add_argument(
            "--replace", action="store_true", help="also into a site that is not empty"
        )
        parser.add_argument(
            "--trust",
            action="store_true",
            help="take a backup that is not signed with this site's SECRET_KEY: what it holds can "
            "do all that rboard and the database's user may, with --verify too",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with run():
            backup, found = self.work(**options)
        applied = options["apply"] and not found
        if options["json"]:
            result = {"verified": options["verify"] and not found, "differences": found}
            self.stdout.write(json.dumps(backup.as_json() | result | {"applied": applied}))
        else:
            self.stdout.write("\n".join(lines(backup, found, **options)))
        if found:
            sys.exit(FOUND)

    def work(self, **options: Any) -> tuple[Backup, list[str]]:
        """What was asked for; what is not as it should be is found before anything is changed."""
        quiet, trust = options["json"], options["trust"]
        backup = restoring.read(options["file"], quiet=quiet)
        found: list[str] = []
        if options["verify"]:
            found = restoring.verify(backup, into=options["into"], trust=trust, quiet=quiet)
        if options["apply"] and not found:
            restoring.apply(backup, replace=options["replace"], trust=trust, quiet=quiet)
            logger.info("Restored %s, made at %s", backup.path, backup.made_at)
        return backup, found


def lines(backup: Backup, found: list[str], **options: Any) -> Iterator[str]:
    contents = backup.contents
    yield (
        f"{backup.path}: made at {backup.made_at} by rboard {backup.version} on {backup.kind}; "
        f"{contents.rows:,} rows of {len(contents.tables)} tables, {len(backup.names):,} uploads"
    )
    if not backup.signed:
        yield "It is not signed with this site's SECRET_KEY."
    for name, table in contents.tables.items():
        if table.rows:
            yield f"{table.rows:>12,} {name}"
    if options["verify"]:
        yield from found or ["Restored beside: all rows, indexes, trees and counters are right."]
    if found:
        yield f"{len(found):,} differences; it was not put into the site."
    elif options["apply"]:
        yield "Restored. Restart the site, so that no process goes on with what it remembers."
        if backup.missing:
            yield f"Now run migrate: {len(backup.missing)} migrations came since."
    else:
        yield "It was not put into the site; add --apply for that."
