from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from boards.models import Board
from moderation.actions import desk
from moderation.management.deeds import BY, DeedCommand, counted, positive, reason
from moderation.models import Case


class Command(DeedCommand):
    help = (
        "Answers the open reports of a board at once: finds nothing wrong (--approve), or removes "
        "the posts and comments (--remove; reports of members stay). A dry run until --apply. "
        "What it did is one batch, and can be undone. Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--approve", action="store_true", help="find nothing wrong")
        what.add_argument("--remove", action="store_true", help="remove what was reported")
        parser.add_argument("--older-than", type=positive, metavar="DAYS", help="only these")
        parser.add_argument(
            "--reason",
            type=reason,
            default="",
            help="of a removal: goes to the authors and into the public log",
        )
        parser.add_argument("--apply", action="store_true", help="really do it")

    def do(self, board: Board, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        if options["approve"] and options["reason"]:
            raise CommandError("--reason is for --remove: nobody is told why a text stays.")
        cases = Case.objects.open().filter(board=board, kind=Case.Kind.REPORTED)
        if options["older_than"]:
            before = timezone.now() - timedelta(days=options["older_than"])
            cases = cases.filter(opened_at__lt=before)
        if options["remove"]:
            cases = cases.filter(member__isnull=True)
        verb = "remove" if options["remove"] else "approve"
        result = {"board": board.name, "deed": verb, "applied": options["apply"]}
        if not options["apply"]:
            count = cases.count()
            words = f"Would {verb} {_told(cases)}. Nothing was changed; add --apply to do it."
            return result | {"cases": count}, words
        batch, told, count = uuid4(), _told(cases), cases.count()
        done = sum(self.decide(case, verb, batch, options["reason"]) for case in _each(cases))
        what = told if done == count else f"{done:,} of {count:,} ({told})"
        words = f"{verb.capitalize()}d {what}."
        return result | {"cases": done, "batch": str(batch)}, words

    def decide(self, case: Case, verb: str, batch: Any, why: str) -> bool:
        """Whether nobody else did meanwhile."""
        try:
            desk.decide(case, replace(BY, batch=batch), verb, desk.Wishes(reason=why))
        except (ValidationError, PermissionDenied):
            return False
        return True


def _each(cases: Any) -> Any:
    return cases.with_targets().order_by("pk").iterator(chunk_size=500)


def _told(cases: Any) -> str:
    """ "2 reported posts, 1 reported comment"."""
    kinds = ("post", "comment", "member")
    counts = {kind: cases.filter(**{f"{kind}__isnull": False}).count() for kind in kinds}
    told = [counted(n, f"reported {kind}") for kind, n in counts.items() if n]
    return ", ".join(told) or "nothing"
