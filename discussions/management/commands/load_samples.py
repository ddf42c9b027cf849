from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from boards.models import Board
from discussions import samples


class Command(BaseCommand):
    help = "Fill an empty site with sample boards and threads, or remove them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove the samples")
        parser.add_argument("--apply", action="store_true", help="with --remove: really do it")

    def handle(self, *args: Any, remove: bool, apply: bool, **options: Any) -> None:
        if apply and not remove:
            raise CommandError("--apply goes with --remove.", returncode=2)
        if remove:
            self._remove(apply)
        elif Board.objects.exists():
            self.stdout.write("There are boards already; no samples were loaded.")
        else:
            self.stdout.write(f"Loaded {samples.load()} sample posts.")

    def _remove(self, apply: bool) -> None:
        boards = ", ".join(samples.sample_boards().values_list("name", flat=True)) or "none"
        members = samples.sample_members().count()
        posts, comments = samples.count_of_others()
        if apply:
            samples.remove()
        self.stdout.write(
            f"{'Removed' if apply else 'Would remove'} {members} sample members and the boards: "
            f"{boards}; with them {posts} posts and {comments} comments by other members."
        )
        if not apply:
            self.stdout.write("Nothing was changed; add --apply to do it.")
