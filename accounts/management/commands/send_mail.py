import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.mailing import send_due
from accounts.models import DueMail

FAILED = 3


class Command(BaseCommand):
    help = (
        "Sends the mail that is due. Servers do so by themselves; this is for who wants to see it "
        "done. What can't be sent is tried again later, for a day. Exit status: 0 done, 1 error, "
        "2 usage, 3 some could not be sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        sent, failed = send_due()
        waiting = DueMail.objects.count()
        if options["json"]:
            self.stdout.write(json.dumps({"sent": sent, "failed": failed, "waiting": waiting}))
        else:
            self.stdout.write(f"{sent} sent, {failed} failed, {waiting} still to be sent.")
        if failed:
            sys.exit(FAILED)
