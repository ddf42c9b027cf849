"""What `recount` and `recompute_ranks` share."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from discussions import progress
from discussions.upkeep.drift import Derived, Drift, sweep

FOUND = 3  # exit status: there is something to put right


class SweepCommand(BaseCommand):
    """Sweeps over models, given their names in words; a dry run unless told to apply."""

    sweeps: Mapping[str, Derived]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--apply", action="store_true", help="put right what is found, instead of telling only"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = {
            name: self.sweep(name, derived, apply=options["apply"], quiet=options["json"])
            for name, derived in self.sweeps.items()
        }
        drifted = any(drift.drifted for drift in found.values())
        if options["json"]:
            result = {name: drift.as_json() for name, drift in found.items()}
            self.stdout.write(json.dumps(result | {"applied": options["apply"]}))
        else:
            self.stdout.write("\n".join(_lines(found, applied=options["apply"])))
        if drifted and not options["apply"]:
            sys.exit(FOUND)

    def sweep(self, name: str, derived: Derived, *, apply: bool, quiet: bool) -> Drift:
        rows = derived.model._default_manager.count()
        with progress.bar(name.capitalize(), rows, "", quiet=quiet) as advance:
            return sweep(derived, apply=apply, advance=advance)


def _lines(found: Mapping[str, Drift], *, applied: bool) -> Iterator[str]:
    for name, drift in found.items():
        yield f"{name}: {drift.drifted:,} of {drift.rows:,} wrong" + _details(drift)
    if not any(drift.drifted for drift in found.values()):
        yield "Nothing to put right."
    elif applied:
        yield "Put right."
    else:
        yield "Nothing was changed: run it again with --apply to put it right."


def _details(drift: Drift) -> str:
    if not drift.drifted:
        return ""
    columns = ", ".join(f"{column} {count:,}" for column, count in drift.columns.items())
    return f" ({columns}), such as {', '.join(map(str, drift.first))}"
