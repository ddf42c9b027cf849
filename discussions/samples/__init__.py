"""The sample community of a first start: loaded once, and removed when the real one comes."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from boards.actions import appoint, approve, make_board, subscribe
from boards.models import Board
from discussions.actions.comments import delete_comment, edit_comment, reply
from discussions.actions.posts import submit_post
from discussions.actions.votes import vote
from discussions.models import Comment, Post
from inbox import actions as inbox

CONTENT = Path(__file__).parent / "content.json"
Members = dict[str, Member]
# As whom one looks around: a moderator of b/homeserver, and a member.
TO_TRY = ("quietdave", "noor_a")


def read_content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(CONTENT.read_text(encoding="utf-8"))
    return content


@transaction.atomic
def load(now: datetime | None = None) -> int:
    """Write the sample community, dated back from `now`; how many posts it has.

    Its members can't sign in: they have no passwords.
    """
    now = now or timezone.now()
    content = read_content()
    founded = now - timedelta(days=200)
    members: Members = {}
    for row in content["members"]:
        members[row["name"]] = Member.objects.create_user(row["name"], joined_at=founded)
    boards = {row["name"]: _load_board(row, members, founded) for row in content["boards"]}
    for row in sorted(content["posts"], key=lambda row: -float(row["hours_ago"])):
        _load_post(row, boards[row["board"]], members, now)
    return len(content["posts"])


def _load_board(row: dict[str, Any], members: Members, since: datetime) -> Board:
    maker = members[row["maker"]]
    board = make_board(
        maker=maker,
        name=row["name"],
        title=row["title"],
        description=row["description"],
        rules=row["rules"],
        is_private=row["private"],
    )
    for name in row["moderators"]:
        appoint(board=board, member=members[name], by=maker)
    for name in row["approved"]:
        approve(board=board, member=members[name], by=maker)
    Board.objects.filter(pk=board.pk).update(created_at=since, active_at=since)
    board.moderator_set.update(appointed_at=since)
    board.approved_set.update(approved_at=since)
    for name in members if row["subscribers"] == "all" else row["subscribers"]:
        subscribe(member=members[name], board=board)
    return board


def _load_post(row: dict[str, Any], board: Board, members: Members, now: datetime) -> None:
    at = now - timedelta(hours=row["hours_ago"])
    author = members[row["author"]]
    post = submit_post(
        author=author, board=board, title=row["title"], text=row["text"], url=row["url"], at=at
    )
    _load_votes(row, post, members)
    for comment in row["comments"]:
        _load_comment(comment, post, None, members)
    if row["locked"]:
        Post.objects.filter(pk=post.pk).update(locked_at=now)


def _load_comment(
    row: dict[str, Any], post: Post, parent: Comment | None, members: Members
) -> None:
    author = members[row["author"]]
    at = post.created_at + timedelta(minutes=row["minutes_after"])
    # An edited comment was a little longer before.
    text = row["text"] + "\n\nI will add to this later." if row["edited"] else row["text"]
    comment = reply(author=author, post=post, parent=parent, text=text, at=at)
    _load_votes(row, comment, members)
    if row["edited"]:
        edit_comment(editor=author, comment=comment, text=row["text"])
        edited_at = at + timedelta(minutes=4)
        Comment.objects.filter(pk=comment.pk).update(edited_at=edited_at)
        comment.revisions.update(replaced_at=edited_at)
    for answer in row["replies"]:
        _load_comment(answer, post, comment, members)
    if row["deleted"]:
        delete_comment(author=author, comment=comment)


def _load_votes(row: dict[str, Any], target: Post | Comment, members: Members) -> None:
    for value, names in ((1, row["ups"]), (-1, row["downs"])):
        for name in names:
            vote(voter=members[name], target=target, value=value)


def sample_boards() -> Any:
    """The boards of the sample community that are still there."""
    names = [row["name"] for row in read_content()["boards"]]
    return Board.objects.filter(name__in=names, created_by__in=sample_members())


def sample_members() -> Any:
    """Its members: by name, and only those nobody can sign in as."""
    names = [row["name"] for row in read_content()["members"]]
    return Member.objects.filter(
        username__in=names, password__startswith=UNUSABLE_PASSWORD_PREFIX, imported=False
    )


def count_of_others() -> tuple[int, int]:
    """How many posts and comments on the sample boards are by other members."""
    posts = Post.objects.filter(board__in=sample_boards()).exclude(author__in=sample_members())
    comments = Comment.objects.filter(post__board__in=sample_boards())
    return posts.count(), comments.exclude(author__in=sample_members()).count()


@transaction.atomic
def remove() -> None:
    """Delete the sample community, and whatever real members wrote on its boards."""
    for board in sample_boards():
        inbox.withdraw_within(board.key)
    sample_boards().delete()
    sample_members().delete()
