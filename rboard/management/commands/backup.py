"""Backs the site up while it runs."""

import argparse
import json
import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rboard.backups.making import backup
from rboard.backups.running import run

logger = logging.getLogger("rboard.operators")


class Command(BaseCommand):
    help = (
        "Writes the database, as it is at one moment, and all uploads into one file, while the "
        "site runs. It is there whole or not at all, only its owner may read it, and it holds what "
        "members told in private: keep it where nobody else comes. Settings, secrets and "
        "who is signed in are not in it. Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target",
            type=file_or_folder,
            metavar="FILE-OR-FOLDER",
            help="a new file, or a folder where it gets a name of the moment",
        )
        parser.add_argument(
            "--keep",
            type=at_least_one,
            metavar="N",
            help="delete all but the N newest backups of the folder, once this one is there",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with run():
            made = backup(options["target"], keep=options["keep"], quiet=options["json"])
        logger.info("Backed up into %s: %s bytes", made.path, made.size)
        if options["json"]:
            self.stdout.write(json.dumps(made.as_json()))
            return
        self.stdout.write(
            f"{made.path}: {made.contents.rows:,} rows of {len(made.contents.tables)} tables and "
            f"{made.uploads:,} uploads in {made.size:,} bytes, made in {made.seconds:.1f} s"
        )
        for path in made.deleted:
            self.stdout.write(f"deleted {path}")


def at_least_one(given: str) -> int:
    if not (given.isascii() and given.isdigit() and int(given) > 0):
        raise argparse.ArgumentTypeError(f"must be a whole number above zero, not {given!r}")
    return int(given)


def file_or_folder(given: str) -> Path:
    """What ends with a slash is meant for a folder, and is no file's name."""
    if given.endswith("/") and not Path(given).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {given}: make it first")
    return Path(given)
