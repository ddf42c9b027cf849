"""The writers of a storm: `python -m discussions.tests.storm KIND NAME,… COUNT POST…`.

Each is a process of its own. They print a line for each thing that went wrong and nothing else.
"""

import os
import random
import sys
from multiprocessing import get_context

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
django.setup()

from django.db.models import Max, Min  # noqa: E402

from accounts.models import Member  # noqa: E402 (after setup)
from discussions.actions.comments import reply  # noqa: E402
from discussions.actions.votes import vote  # noqa: E402
from discussions.models import Comment, Post  # noqa: E402


def replies(author: Member, posts: list[Post], count: int, rng: random.Random) -> None:
    """Answer any comment of a random thread, a third of the time the post itself."""
    for number in range(count):
        post = rng.choice(posts)
        parent = None if rng.random() < 0.33 else any_comment(post, rng)
        reply(author=author, post=post, parent=parent, text=f"{author} {number}")


def any_comment(post: Post, rng: random.Random) -> Comment | None:
    comments = Comment.objects.filter(post=post)
    ends = comments.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return None
    found: Comment | None = (
        comments.filter(pk__gte=rng.randint(ends["first"], ends["last"])).order_by("pk").first()
    )
    return found


def votes(voter: Member, posts: list[Post], count: int, rng: random.Random) -> None:
    """Vote up, down or not at all on the posts and their comments, again and again."""
    targets = [*posts, *Comment.objects.filter(post__in=posts)]
    for _ in range(count):
        vote(voter=voter, target=rng.choice(targets), value=rng.choice([-1, 0, 1]))


def write(kind: str, name: str, count: int, post_ids: tuple[str, ...]) -> None:
    member = Member.objects.get(username=name)
    posts = list(Post.objects.select_related("board").filter(pk__in=post_ids))
    deed = {"replies": replies, "votes": votes}[kind]
    try:
        deed(member, posts, count, random.Random(name))
    except Exception as error:
        print(type(error).__name__, error)  # noqa: T201


def main(kind: str, names: str, count: str, *post_ids: str) -> int:
    """Forked here, where Django is up and has no connection yet: to start it takes longer."""
    starting = get_context("fork").Process
    writers = [
        starting(target=write, args=(kind, name, int(count), post_ids)) for name in names.split(",")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return max(abs(writer.exitcode or 0) for writer in writers)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
