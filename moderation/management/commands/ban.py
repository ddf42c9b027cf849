from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from boards.models import Board
from discussions.models import Comment, Post
from moderation.actions import people
from moderation.actions.batches import ban_and_remove
from moderation.management.deeds import BY, DeedCommand, counted, positive, reason

NOTHING = "Nothing was changed; add --apply to do it."


class Command(DeedCommand):
    help = (
        "Bans a member from a board, or mutes them there; with --remove also removes all they "
        "wrote on it, which is a dry run until --apply. "
        "Exit status: 0 done, 1 error, 2 usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("member", help="the member's name, in any case")
        parser.add_argument("--days", type=positive, help="for so many days; else for good")
        parser.add_argument(
            "--reason", type=reason, default="", help="goes to the member and into the public log"
        )
        parser.add_argument(
            "--sooner", action="store_true", help="even if a ban in force ends later"
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--mute", action="store_true", help="they may read and vote")
        what.add_argument("--remove", action="store_true", help="and remove what they wrote")
        parser.add_argument("--apply", action="store_true", help="really do it, with --remove")

    def do(self, board: Board, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        member = self.member(options["member"])
        days, why, sooner = options["days"], options["reason"], options["sooner"]
        until = timezone.now() + timedelta(days=days) if days else None
        result = {
            "board": board.name, "member": member.username, "mute": options["mute"],
            "until": until and until.isoformat(), "applied": True,
        }  # fmt: skip
        term = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "for good"
        if not options["remove"]:
            people.ban(
                member, board, BY, until=until, mute=options["mute"], reason=why, sooner=sooner
            )
            verb = "muted on" if options["mute"] else "banned from"
            return result, f"{member.username} is {verb} b/{board.name} {term}."
        posts = Post.objects.live().filter(board=board, author=member).count()
        comments = Comment.objects.live().filter(post__board=board, author=member).count()
        result |= {"posts": posts, "comments": comments, "applied": options["apply"]}
        texts = f"{counted(posts, 'post')} and {counted(comments, 'comment')}"
        if not options["apply"]:
            words = f"Would ban {member.username} from b/{board.name} {term} and remove {texts}."
            return result, f"{words} {NOTHING}"
        batch = ban_and_remove(member, board, BY, until=until, reason=why, sooner=sooner)
        words = f"{member.username} is banned from b/{board.name} {term}, and {texts} are removed."
        return result | {"batch": str(batch)}, words
