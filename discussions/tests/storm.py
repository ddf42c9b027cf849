"""One writer of a storm, a process of its own: `python -m discussions.tests.storm KIND …`.

It prints a line for each thing that went wrong and nothing else.
"""

import os
import random
import sys

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


def main(kind: str, name: str, count: str, *post_ids: str) -> None:
    member = Member.objects.get(username=name)
    posts = list(Post.objects.select_related("board").filter(pk__in=post_ids))
    deed = {"replies": replies, "votes": votes}[kind]
    try:
        deed(member, posts, int(count), random.Random(name))
    except Exception as error:
        print(type(error).__name__, error)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
