"""The cast of these tests: who is who, and what they wrote."""

import pytest
from django.test import Client

from accounts.models import Member
from boards.actions import approve, make_board
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post


@pytest.fixture
def mo(db: None) -> Member:
    """Moderates the board a, and the private board p."""
    return Member.objects.create_user("moe", "a long password")


@pytest.fixture
def ann(db: None) -> Member:
    """Wrote the post and the comment."""
    return Member.objects.create_user("ann", "a long password")


@pytest.fixture
def ben(db: None) -> Member:
    """Any other member."""
    return Member.objects.create_user("ben", "a long password")


@pytest.fixture
def pam(db: None) -> Member:
    """Let into the private board."""
    return Member.objects.create_user("pam", "a long password")


@pytest.fixture
def a(mo: Member) -> Board:
    return make_board(maker=mo, name="board_a", title="Board A", description="About a.")


@pytest.fixture
def p(mo: Member, pam: Member) -> Board:
    board = make_board(maker=mo, name="board_p", title="Board P", is_private=True)
    approve(board=board, member=pam, by=mo)
    return board


@pytest.fixture
def post(a: Board, ann: Member) -> Post:
    return submit_post(author=ann, board=a, title="A first post", text="Its text.")


@pytest.fixture
def comment(post: Post, ann: Member) -> Comment:
    return reply(author=ann, post=post, text="A first comment.")


@pytest.fixture
def secret(p: Board, pam: Member) -> Post:
    """A post on the private board; its words are "hush" and nowhere else."""
    return submit_post(author=pam, board=p, title="hush title", text="hush text")


def signed_in(member: Member, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(member)
    return client
