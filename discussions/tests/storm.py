"""The writers of a storm: `python -m discussions.tests.storm KIND NAME,… COUNT POST…`.

Each is a process of its own. They print a line for each thing that went wrong and nothing else.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import StringIO
from multiprocessing import get_context
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
django.setup()

from django.core.exceptions import (  # noqa: E402 (after setup)
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.core.management import call_command  # noqa: E402
from django.db.models import Max, Min  # noqa: E402

from accounts.models import Member  # noqa: E402
from boards.actions import subscribe, unsubscribe  # noqa: E402
from discussions.actions.comments import delete_comment, reply  # noqa: E402
from discussions.actions.posts import delete_post, submit_post  # noqa: E402
from discussions.actions.votes import vote  # noqa: E402
from discussions.models import Comment, Post  # noqa: E402
from moderation.actions.content import remove, restore  # noqa: E402
from moderation.actions.log import By  # noqa: E402


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


def deeds(member: Member, posts: list[Post], count: int, rng: random.Random) -> None:
    """All that changes a count; who comes too late, or is not let, goes on to the next deed."""
    for _ in range(count):
        # Mostly in the first threads, so that many meet there.
        newest = Post.objects.select_related("board").order_by("-pk")[0]
        post = rng.choice([*posts, newest])
        comment = any_comment(post, rng)
        with suppress(PermissionDenied, ValidationError, ObjectDoesNotExist):
            rng.choice(choices(member, post, comment, rng))()


def choices(
    member: Member, post: Post, comment: Comment | None, rng: random.Random
) -> list[Callable[[], Any]]:
    board, by = post.board, By(member)
    written = comment if comment and rng.random() < 0.7 else post
    return [
        partial(submit_post, author=member, board=board, title="x"),
        *[partial(reply, author=member, post=post, parent=comment, text="x")] * 6,
        *[partial(vote, voter=member, target=written, value=rng.choice([-1, 0, 1]))] * 3,
        *[partial(delete, member)] * 2,
        partial(remove, written, by),
        *[partial(bring_back, type(written), by)] * 2,
        partial(subscribe, member=member, board=board),
        partial(unsubscribe, member=member, board=board),
    ]


def delete(author: Member) -> None:
    """What the author wrote last; a post where they have some left."""
    comment = Comment.objects.live().filter(author=author).order_by("-pk").first()
    if comment is not None:
        delete_comment(author=author, comment=comment)
    own = Post.objects.live().filter(author=author).order_by("-pk")
    if len(posts := own.select_related("board")[:3]) == 3:
        delete_post(author=author, post=posts[0])


def bring_back(kind: type[Post | Comment], by: By) -> None:
    """What was removed last, of the newest."""
    gone = kind._default_manager.filter(removed_at__isnull=False).order_by("-pk")
    if (text := gone.first()) is not None:
        restore(text, by)


def recounts(_member: Member, _posts: list[Post], count: int, _rng: random.Random) -> None:
    """Put right what is wrong, which nothing is while others write."""
    for _ in range(count):
        for command in ("recount", "recompute_ranks"):
            report = StringIO()
            call_command(command, "--apply", "--json", stdout=report)
            told = json.loads(report.getvalue())
            for name in ("posts", "comments", "boards"):
                if name in told and told[name]["drifted"]:
                    print(command, name, told[name])  # noqa: T201


KINDS = {"replies": replies, "votes": votes, "deeds": deeds, "recounts": recounts}


def write(kind: str, name: str, count: int, post_ids: tuple[str, ...]) -> None:
    member = Member.objects.get(username=name)
    posts = list(Post.objects.select_related("board").filter(pk__in=post_ids))
    deed = KINDS[kind]
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
