"""Writes a board to a file that another rboard can read."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from boards.models import Board
from discussions import progress
from markup import clean
from moderation.carrying import sending, writing
from moderation.carrying.shapes import Wishes
from paging.trouble import in_a_line

INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Writes a board, whole, to a file of JSON lines that import_board reads "
        "(docs/export-format.md): what is said of it, its posts and comments in every state, its "
        "moderation with the log. The file names members, but has no e-mail address and no "
        "password. It is of one moment, while the site runs. "
        "Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("board", help="the board's name, in any case")
        parser.add_argument(
            "file", help="where to; packed if it ends in .zst; - for standard output"
        )
        parser.add_argument(
            "--with-votes", action="store_true", help="tell who voted what, not sums alone"
        )
        parser.add_argument(
            "--with-reporters", action="store_true", help="tell who reported, and who is not heard"
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wishes = Wishes(votes=options["with_votes"], reporters=options["with_reporters"])
        try:
            with sending.snapshot():
                counts = self._export(options, wishes)
        except (OSError, sending.Broken, DatabaseError) as error:
            raise CommandError(in_a_line(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError("interrupted: no file", returncode=INTERRUPTED) from error
        self._tell(options, counts)

    def _export(self, options: dict[str, Any], wishes: Wishes) -> dict[str, int]:
        name, file = options["board"], options["file"]
        board = Board.objects.named(name).first() if name == clean(name) else None
        if board is None:
            raise CommandError(f"There is no board {name!r}.")
        total = sending.size(board, wishes)
        with (
            progress.bar("Lines", total, "", quiet=options["json"]) as advance,
            writing.written(file) as writer,
        ):
            sending.export(board, wishes, writer, advance)
        return {kind: count for kind, count in writer.counts.items() if kind not in writing.FRAME}

    def _tell(self, options: dict[str, Any], counts: dict[str, int]) -> None:
        """Beside the file, not in it."""
        to_stdout = options["file"] == writing.STANDARD_OUTPUT
        out = self.stderr if to_stdout else self.stdout
        style = (lambda text: text) if to_stdout else None
        if options["json"]:
            out.write(json.dumps({"file": options["file"], "counts": counts}), style)
            return
        for kind, count in counts.items():
            out.write(f"{count:>12,} {kind.replace('_', ' ')}", style)
