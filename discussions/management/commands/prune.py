from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.tries import old_tries
from discussions.models import Receipt, Visit

# A form stays on a screen no longer than this.
RECEIPTS_LIVE = timedelta(days=7)
# Who comes back to a thread later than this is as good as there for the first time.
VISITS_LIVE = timedelta(days=180)
ROWS_PER_STATEMENT = 1_000


class Command(BaseCommand):
    help = (
        "Delete what is of no more use: expired sessions, names that were tried in vain to sign in "
        "and count no more, receipts of forms a week old, and what members had seen of threads "
        "that they have not opened for 180 days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="really delete")

    def handle(self, *args: Any, apply: bool, **options: Any) -> None:
        now = timezone.now()
        found = {
            "expired sessions": Session.objects.filter(expire_date__lt=now),
            "old tries to sign in": old_tries(),
            "old receipts": Receipt.objects.filter(created_at__lt=now - RECEIPTS_LIVE),
            "old visits": Visit.objects.filter(seen_at__lt=now - VISITS_LIVE),
        }
        for name, rows in found.items():
            count = delete(rows) if apply else rows.count()
            self.stdout.write(f"{count:>12,} {name}")
        if not apply:
            self.stdout.write("Nothing was deleted; add --apply to do it.")


def delete(rows: QuerySet[Any]) -> int:
    """Delete rows batch by batch, so that nobody waits long for any; how many there were.

    Each is judged again when its turn comes: a visit may have been renewed meanwhile.
    """
    count = 0
    while keys := list(rows.values_list("pk", flat=True)[:ROWS_PER_STATEMENT]):
        count += rows.filter(pk__in=keys).delete()[0]
    return count
