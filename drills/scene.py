"""Makes members who write, and where: run by bench.inside."""

from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import Member
from boards.actions import make_board
from discussions.actions.posts import submit_post


def main(writers: int, board: str = "drill") -> dict[str, Any]:
    """A cookie for each member, and for each a thread of their own to reply to."""
    members = [
        Member.objects.create_user(f"{board}_{n}", "a long password") for n in range(writers)
    ]
    place = make_board(maker=members[0], name=board, title="Drill")
    posts = [
        submit_post(author=members[0], board=place, title=f"Thread {n}") for n in range(writers)
    ]
    return {
        "cookies": [sign_in(member) for member in members],
        "names": [member.username for member in members],
        "threads": [post.get_absolute_url() for post in posts],
        "addresses": [f"{post.address}reply/" for post in posts],
    }


def sign_in(member: Member) -> str:
    client = Client()
    client.force_login(member)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"
