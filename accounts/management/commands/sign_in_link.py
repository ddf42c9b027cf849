import json as json_format
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import sign_in_address
from accounts.models import Member


class Command(BaseCommand):
    help = (
        "Print a link by which whoever has it can set a member's password, once: for a lost "
        "password, or to claim a name that came with an archive."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the member's name, in any case")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, name: str, json: bool, **options: Any) -> None:
        member = Member.objects.named(name).first()
        if member is None:
            raise CommandError(f"There is no member {name!r}.")
        if not member.is_active:
            raise CommandError(f"{member.username} is not active, and so can't sign in.")
        link = settings.PUBLIC_URL + sign_in_address(member)
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        if json:
            answer = {"username": member.username, "url": link, "hours": hours}
            self.stdout.write(json_format.dumps(answer))
        else:
            self.stdout.write(link)
            self.stderr.write(f"It works once, within {hours} hours.")
