import json as json_format
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.links import sign_in_address
from accounts.models import Member


class Command(BaseCommand):
    help = (
        "Print a link by which whoever has it can set a member's password, once: for a lost "
        "password, to claim a name that came with an archive, or to look around as one of the "
        "sample members. One line for each name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="+", metavar="name", help="a member's name, in any case")
        parser.add_argument("--json", action="store_true", help="answer as JSON, a line each")

    def handle(self, *args: Any, names: list[str], json: bool, **options: Any) -> None:
        members = [_member(name) for name in names]
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        for member in members:
            link = settings.PUBLIC_URL + sign_in_address(member)
            if json:
                answer = {"username": member.username, "url": link, "hours": hours}
                self.stdout.write(json_format.dumps(answer))
            else:
                self.stdout.write(link if len(members) == 1 else f"{member.username}: {link}")
        if not json:
            each = "It works" if len(members) == 1 else "Each works"
            self.stderr.write(f"{each} once, within {hours} hours.")


def _member(name: str) -> Member:
    member = Member.objects.named(name).first()
    if member is None:
        raise CommandError(f"There is no member {name!r}.")
    if not member.is_active:
        raise CommandError(f"{member.username} is not active, and so can't sign in.")
    return member
