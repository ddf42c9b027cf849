from typing import Any

from django.core.management.base import CommandParser

from boards.models import Board
from moderation.actions import people
from moderation.management.deeds import BY, DeedCommand, reason


class Command(DeedCommand):
    help = "Ends a member's ban or mute on a board. Exit status: 0 done, 1 error, 2 usage."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("member", help="the member's name, in any case")
        parser.add_argument(
            "--reason", type=reason, default="", help="goes to the member and into the public log"
        )

    def do(self, board: Board, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        member = self.member(options["member"])
        act = people.lift(member, board, BY, reason=options["reason"])
        result = {"board": board.name, "member": member.username, "lifted": act is not None}
        if act is None:
            return result, f"{member.username} was not banned from b/{board.name}."
        return result, f"{member.username} may take part in b/{board.name} again."
