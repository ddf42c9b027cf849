"""What the moderators' commands share."""

import argparse
import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Member
from boards.models import Board
from markup import clean
from moderation.actions.log import By
from moderation.models import Act
from moderation.models.log import REASON_MAX_LENGTH

BY = By(source=Act.Source.COMMAND)


class DeedCommand(BaseCommand):
    """Does one thing on a board, and tells what, in words or as JSON."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("board", help="the board's name, in any case")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result, words = self.do(self.board(options["board"]), options)
        except (ValidationError, PermissionDenied) as error:
            messages = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise CommandError(" ".join(messages)) from None
        self.stdout.write(json.dumps(result) if options["json"] else words)

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
    number = int(text)
    if not 1 <= number <= 3_650:
        raise ValueError
    return number
