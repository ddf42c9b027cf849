from typing import Any

from django.core.management.base import CommandParser

from accounts.models import Member
from boards.models import Board, Moderator, Power
from moderation.actions import offices
from moderation.management.deeds import BY, DeedCommand

POWERS = {power.name.lower(): power for power in Power}


class Command(DeedCommand):
    help = (
        "Makes a member a moderator of a board, with the powers named (content and members if "
        "none is), or an owner, who may do everything. Who is one already gets these powers. "
        "Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("member", help="the member's name, in any case")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--owner", action="store_true", help="make them an owner")
        what.add_argument(
            "--power", action="append", choices=POWERS, help="what they may do; may be repeated"
        )

    def do(self, board: Board, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        member = self.member(options["member"])
        names = options["power"]
        powers = None if names is None else [POWERS[name] for name in names]
        act = offices.appoint(member, board, BY, owner=options["owner"], powers=powers)
        office = "owner" if options["owner"] else "moderator"
        result: dict[str, Any] = {
            "board": board.name, "member": member.username, "owner": options["owner"],
            "powers": self.powers_of(member, board), "changed": act is not None,
        }  # fmt: skip
        was = "is" if act else "was already"
        told = ", ".join(result["powers"]) or "none"
        return result, f"{member.username} {was} {office} of b/{board.name}. Powers: {told}."

    def powers_of(self, member: Member, board: Board) -> list[str]:
        office = Moderator.objects.get(member=member, board=board)
        return [name for name, power in POWERS.items() if office.may(power)]
