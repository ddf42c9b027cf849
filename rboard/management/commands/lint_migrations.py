"""Whether new migrations let a site go on while they run."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rboard.migration_lint import faults

FOUND = 3  # exit status


class Command(BaseCommand):
    help = (
        "Looks through the migrations that were made since the last release for what would stop a "
        "site, or break the old code that still runs; asks no database. Ends with 3 if there is "
        "such a thing. CONTRIBUTING.md tells how to write it instead."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="tell it to machines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults())
        if options["json"]:
            self.stdout.write(json.dumps([vars(fault) for fault in found]))
        else:
            for fault in found:
                self.stdout.write(str(fault))
        if found:
            sys.exit(FOUND)
