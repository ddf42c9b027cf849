from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from discussions.models import Receipt

# A form stays on a screen no longer than this.
RECEIPTS_LIVE = timedelta(days=7)


class Command(BaseCommand):
    help = "Delete what is of no more use: expired sessions, and receipts of forms a week old."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="really delete")

    def handle(self, *args: Any, apply: bool, **options: Any) -> None:
        now = timezone.now()
        found = {
            "expired sessions": Session.objects.filter(expire_date__lt=now),
            "old receipts": Receipt.objects.filter(created_at__lt=now - RECEIPTS_LIVE),
        }
        for name, rows in found.items():
            count = rows.delete()[0] if apply else rows.count()
            self.stdout.write(f"{count:>12,} {name}")
        if not apply:
            self.stdout.write("Nothing was deleted; add --apply to do it.")
