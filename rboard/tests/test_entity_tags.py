"""Tags of pages: a browser that has the page is told so, and never wrongly."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions.actions.comments import edit_comment, reply
from discussions.actions.posts import submit_post
from discussions.models import Post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_pages(settings: Settings) -> Iterator[None]:
    """A guest's page has its tag also when it is kept."""
    settings.PAGE_CACHE_SECONDS = 60
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ann() -> Member:
    return Member.objects.create_user("ann", "a long password")


@pytest.fixture
def board(ann: Member) -> Board:
    return make_board(maker=ann, name="garden", title="Garden")


@pytest.fixture
def post(ann: Member, board: Board) -> Post:
    return submit_post(author=ann, board=board, title="Roses")


@pytest.fixture
def member(ann: Member) -> Client:
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture(params=["/", "/b/garden/", "thread", "/u/ann/"])
def path(request: pytest.FixtureRequest, post: Post) -> str:
    return post.get_absolute_url() if request.param == "thread" else request.param


def test_a_browser_that_has_the_page_is_told_so(path: str, member: Client) -> None:
    """A guest's or a member's, though a member's forms have new tokens each time."""
    for client in (Client(), member):
        first = client.get(path)
        for _time in range(2):
            answer = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
            assert answer.status_code == 304
            assert answer.content == b""
        assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_form_to_be_taken_once_is_never_an_old_one(post: Post, member: Client) -> None:
    """The same words may be posted every day; an old form would be answered with the old post."""
    path = "/b/garden/submit/"
    first = member.get(path)
    assert b'name="once"' in first.content
    assert "ETag" not in first.headers
    assert member.get(path, headers={"If-None-Match": "*"}).status_code == 200


def test_the_same_reply_may_be_sent_again(post: Post, member: Client) -> None:
    """The form of a thread stays as it is only until a comment has come by it."""
    path = post.get_absolute_url()
    page = member.get(path)
    for number in (1, 2):
        tag = page.headers["ETag"]
        once = re.findall(r'name="once" value="([^"]+)"', page.content.decode())
        member.post(f"{post.address}reply/", {"text": "Good morning", "once": once[0]})
        assert post.comments.count() == number
        page = member.get(path, headers={"If-None-Match": tag})
        assert page.status_code == 200


@pytest.mark.parametrize("words", ['name="csrfmiddlewaretoken" value="', 'name="once" value="'])
def test_no_text_hides_what_comes_behind_it(
    post: Post, ann: Member, member: Client, words: str
) -> None:
    """Tokens are left out of what a tag is made of; a text that looks like one is not."""
    comment = reply(author=ann, post=post, text=f"{words} I agree")
    edit_comment(editor=ann, comment=comment, text=f"{words} I am of another mind")
    first = member.get(post.get_absolute_url())
    edit_comment(editor=ann, comment=comment, text=f"{words} buy pills")
    again = member.get(post.get_absolute_url(), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert b"buy pills" in again.content


def test_a_page_from_before_another_sign_in_is_not_good_any_more(
    ann: Member, board: Board, member: Client
) -> None:
    """Its tokens would be refused."""
    tag = member.get("/").headers["ETag"]
    assert member.get("/", headers={"If-None-Match": tag}).status_code == 304
    member.post("/logout/")
    member.post("/login/", {"username": "ann", "password": "a long password"})
    member.get("/")  # shows what the sign-in says, once
    assert member.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_a_changed_page_has_another_tag(path: str, post: Post, member: Client) -> None:
    first = member.get(path)
    Post.objects.filter(pk=post.pk).update(title="Changed", slug="roses")
    answer = member.get(path, headers={"If-None-Match": first.headers.get("ETag", "*")})
    assert answer.status_code == 200
