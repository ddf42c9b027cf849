"""Lets the site be read but not written to, or ends that."""

import json
import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InternalError

from rboard.models import ReadOnly

logger = logging.getLogger("rboard.operators")


class Command(BaseCommand):
    help = (
        "While it is on, visitors read the site as ever below a line that says so, and all that "
        "would change something is answered with a page that says why not and gives back what was "
        "written. All servers know within some seconds. Commands go on to write. Without on or "
        "off it tells which it is. Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", nargs="?", choices=["on", "off"])
        parser.add_argument(
            "--reason", default="", metavar="TEXT", help="for visitors: what is done, until when"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = self.switch(options["state"], options["reason"])
        except InternalError as error:  # PostgreSQL takes none by itself
            raise CommandError(" ".join(str(error).split())) from error
        if options["json"]:
            said = {
                "read_only": found is not None,
                "reason": found.reason if found else "",
                "since": found.since.isoformat() if found else None,
            }
            self.stdout.write(json.dumps(said))
        elif found is None:
            self.stdout.write("Off: the site takes changes.")
        else:
            since = found.since.isoformat(timespec="seconds")
            self.stdout.write(f"On since {since}: the site is read-only. {found.reason}".rstrip())

    def switch(self, state: str | None, reason: str) -> ReadOnly | None:
        if reason and state != "on":
            raise CommandError("--reason is for on", returncode=2)
        longest = ReadOnly._meta.get_field("reason").max_length
        if longest and len(reason) > longest:
            raise CommandError(f"a reason has at most {longest} characters", returncode=2)
        if state == "on":
            ReadOnly.objects.update_or_create(pk=1, defaults={"reason": reason})
        elif state == "off":
            ReadOnly.objects.all().delete()
        if state:
            logger.info("Read-only %s. %s", state, reason)
        return ReadOnly.objects.first()
