"""What the moderators' commands share."""

import argparse
import json
import sys
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Member
from boards.models import Board
from markup import clean
from moderation.actions.log import By
from moderation.models import Act
from moderation.models.log import REASON_MAX_LENGTH

MOST_DAYS = 3_650
BY = By(source=Act.Source.COMMAND)


class DeedCommand(BaseCommand):
    """Does one thing on a board, and tells what, in words or as JSON."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("board", help="the board's name, in any case")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result, words = self.do(self.board(options["board"]), options)
        except (ValidationError, PermissionDenied, CommandError) as error:
            messages = error.messages if isinstance(error, ValidationError) else [str(error)]
            self.fail(" ".join(messages), as_json=options["json"])
        self.stdout.write(json.dumps(result) if options["json"] else words)

    def fail(self, said: str, *, as_json: bool) -> NoReturn:
        """Stop with status 1, and with words, or JSON on standard error for machines."""
        if as_json:
            self.stderr.write(json.dumps({"error": said}), style_func=str)
            sys.exit(1)
        raise CommandError(said)

    def do(self, board: Board, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """What was done, for machines and in words."""
        raise NotImplementedError

    def board(self, name: str) -> Board:
        found = Board.objects.named(name).first() if name == clean(name) else None
        if found is None:
            raise CommandError(f"There is no board {name!r}.")
        return found

    def member(self, name: str) -> Member:
        found = Member.objects.named(name).first()
        if found is None:
            raise CommandError(f"There is no member {name!r}.")
        return found


def reason(text: str) -> str:
    """For argparse: what a log and a letter can hold."""
    cleaned = clean(text)
    if len(cleaned) > REASON_MAX_LENGTH:
        raise argparse.ArgumentTypeError(f"at most {REASON_MAX_LENGTH:,} characters")
    return cleaned


def positive(text: str) -> int:
    """For argparse: a number of days, from 1 to ten years."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
    if not 1 <= number <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"invalid: from 1 to {MOST_DAYS:,} days")
    return number


def counted(n: int, one: str, many: str = "") -> str:
    """ "1 post", "2 posts"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
