import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from moderation import rules
from moderation.management.deeds import positive


class Command(BaseCommand):
    help = (
        "Asks the rules that look at scores about what was written lately, and does what they "
        "say; run it now and then. A dry run until --apply. Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=positive, default=30, help="how far back to look (30)")
        parser.add_argument("--apply", action="store_true", help="do what the rules say")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        judged = rules.judge_scores(options["days"], apply=options["apply"])
        counts = Counter(rule.name for rule, _text in judged)
        if options["json"]:
            result = {"rules": dict(counts), "applied": options["apply"]}
            self.stdout.write(json.dumps(result))
            return
        for name, count in sorted(counts.items()):
            self.stdout.write(f"{count:>12,} {name}")
        if not counts:
            self.stdout.write("No rule is true of anything new.")
        elif not options["apply"]:
            self.stdout.write("Nothing was changed; add --apply to do it.")
