"""The cast of the attacks: that of discussions, those who look after boards, and two secrets."""

from uuid import uuid4

import pytest

from accounts.actions import delete_account
from accounts.models import Member
from boards.actions import appoint, make_board
from boards.models import Board
from boards.tests.cast import site_staff
from discussions.actions.comments import edit_comment, reply
from discussions.actions.posts import edit_post
from discussions.actions.votes import vote
from discussions.models import Comment, Post
from discussions.tests.conftest import (  # noqa: F401 (fixtures)
    a,
    ann,
    ben,
    comment,
    mo,
    p,
    pam,
    post,
    secret,
)
from moderation.actions.log import By, Why, write
from moderation.models.log import Verb
from rboard.tests.security.visitors import Places, Visitors, places_of


@pytest.fixture
def amy(a: Board, mo: Member) -> Member:  # noqa: F811
    """Moderates the board a, and no other."""
    member = Member.objects.create_user("amy", "a long password")
    appoint(board=a, member=member, by=mo)
    return member


@pytest.fixture
def mia(db: None) -> Member:
    """Moderates a board of her own, and no other."""
    member = Member.objects.create_user("mia", "a long password")
    make_board(maker=member, name="board_m", title="Board M")
    return member


@pytest.fixture
def stan(db: None) -> Member:
    """On the staff, with all powers on every board, without permissions in the admin."""
    return site_staff("stan")


@pytest.fixture
def una(db: None) -> Member:
    """On the staff, with no role: a member like all."""
    return Member.objects.create_user("una", "a long password", is_staff=True)


@pytest.fixture
def olga(db: None) -> Member:
    """The operator."""
    return Member.objects.create_superuser("olga", "a long password")


@pytest.fixture
def whisper(secret: Post, pam: Member) -> Comment:  # noqa: F811
    """A comment on the private board, which names members who may not read it."""
    return reply(author=pam, post=secret, text="hush comment, u/ben and u/ann")


@pytest.fixture
def visitors(
    ann: Member,  # noqa: F811
    ben: Member,  # noqa: F811
    pam: Member,  # noqa: F811
    mo: Member,  # noqa: F811
    amy: Member,
    mia: Member,
    una: Member,
    stan: Member,
    olga: Member,
) -> Visitors:
    """Every kind of visitor."""
    return {
        "guest": None,
        "member": ben,
        "author": ann,
        "approved": pam,
        "moderator": amy,
        "moderator of another board": mia,
        "moderator of the private board": mo,
        "staff without a role": una,
        "staff": stan,
        "superuser": olga,
    }


@pytest.fixture
def places(
    post: Post,  # noqa: F811
    comment: Comment,  # noqa: F811
    secret: Post,  # noqa: F811
    whisper: Comment,
    ann: Member,  # noqa: F811
    ben: Member,  # noqa: F811
    pam: Member,  # noqa: F811
) -> Places:
    """Where the addresses of the walk lead: to a public and a private thread, and to nothing."""
    answer = reply(author=ben, post=post, parent=comment, text="An answer.", once=uuid4())
    edit_comment(editor=ben, comment=answer, text="A better answer.")
    vote(voter=ben, target=post, value=1)
    vote(voter=ben, target=comment, value=-1)
    edit_post(editor=pam, post=secret, title=secret.title, text="hush text, changed")
    edit_comment(editor=pam, comment=whisper, text="hush comment, changed, u/ben and u/ann")
    delete_account(member=Member.objects.create_user("gone"))
    for told in (comment, whisper):
        write(
            Verb.LABEL, By(), told.post.board, told, Why(reason="hush" if told == whisper else "")
        )
    return places_of(comment, whisper)
