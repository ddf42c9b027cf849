"""Looks at everything an operator gets wrong."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rboard.doctor import PROBLEM, QUICK, THOROUGH, Finding, look

FOUND = 3  # exit status


class Command(BaseCommand):
    help = (
        "Looks at the database, migrations, replica, whether changes are taken, cache, mail, "
        "uploads, the public address with its proxies, clock, static files, secret, disk, "
        "settings, comment trees and counters, and says how to mend what is wrong. Changes "
        "nothing. "
        "Exit status: 0 all right or warnings alone, 1 error, 2 usage, 3 a problem."
    )
    # What they would find stands among the rest.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--quick", action="store_true", help="leave out what reads every post and comment"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        for finding in look(QUICK if options["quick"] else QUICK + THOROUGH):
            found.append(finding)
            if not options["json"]:
                self.stdout.write(_line(finding))
        problems = sum(finding.level == PROBLEM for finding in found)
        if options["json"]:
            said = {"problems": problems, "findings": [finding.as_json() for finding in found]}
            self.stdout.write(json.dumps(said))
        elif not problems:
            self.stdout.write("No problems.")
        if problems:
            sys.exit(FOUND)


def _line(finding: Finding) -> str:
    told = f"{finding.level:8} {finding.subject}: {finding.found}"
    return f"{told}\n         → {finding.mend}" if finding.mend else told
