"""Proves that the comment trees are whole."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from discussions import progress
from discussions.models import Comment
from discussions.upkeep.faults import KINDS, Survey
from discussions.upkeep.mending import mend

FOUND = 3  # exit status
FIRST = 5  # so many trees are named


class Command(BaseCommand):
    help = (
        "Proves the nested sets of all comments whole, or says in numbers what is wrong. With "
        "--fix it builds faulty trees anew from the links between comments, and looks again. "
        "Exit status: 0 all right or mended, 1 error, 2 usage, 3 something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="mend faulty trees")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["json"]
        before = after = survey(quiet=quiet)
        if options["fix"] and before.faulty:
            with progress.bar("Mending", len(before.faulty), "", quiet=quiet) as advance:
                for tree_id in before.faulty:
                    mend(tree_id)
                    advance(1)
            after = survey(quiet=quiet)
        if quiet:
            self.stdout.write(json.dumps(as_json(before, after)))
        else:
            self.stdout.write("\n".join(lines(before, after)))
        if after.faulty:
            sys.exit(FOUND)


def survey(*, quiet: bool) -> Survey:
    result = Survey()
    with progress.bar("Checking", Comment.objects.count(), "", quiet=quiet) as advance:
        result.run(advance)
    return result


def as_json(before: Survey, after: Survey) -> dict[str, Any]:
    return {
        "trees": before.trees,
        "comments": before.comments,
        "faulty": len(before.faulty),
        "faults": before.faults.total(),
        "kinds": {kind: before.faults[kind] for kind in KINDS},
        "first": before.faulty[:FIRST],
        "faulty_now": len(after.faulty),
    }


def lines(before: Survey, after: Survey) -> Iterator[str]:
    yield f"{before.trees:,} trees of {before.comments:,} comments, {len(before.faulty):,} faulty"
    for kind, words in KINDS.items():
        if before.faults[kind]:
            yield f"{before.faults[kind]:>12,} {words}"
    if before.faulty:
        yield f"Faulty trees: {', '.join(map(str, before.faulty[:FIRST]))}" + (
            ", …" if len(before.faulty) > FIRST else ""
        )
    if after is not before:
        mended = len(before.faulty) - len(after.faulty)
        yield f"{mended:,} mended, {len(after.faulty):,} still faulty. Now run recount."
    elif before.faulty:
        yield "Nothing was changed: run it again with --fix to mend them."
