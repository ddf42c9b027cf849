"""Kept pages of guests: served to guests alone, and dropped by what changes them."""

from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from redis import RedisError

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from rboard import guest_pages
from rboard.guest_pages import SharedStamps

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_pages(settings: Settings) -> Iterator[None]:
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
def comment(ann: Member, post: Post) -> Comment:
    return reply(author=ann, post=post, text="Prune them")


@pytest.fixture
def member(ann: Member) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def change_unseen(post: Post) -> None:
    """What no page of a guest shows until it is made anew."""
    Post.objects.filter(pk=post.pk).update(title="Changed", slug="roses")


def shows_change(path: str, client: Client | None = None, **headers: str) -> bool:
    answer = (client or Client()).get(path, headers=headers)
    assert answer.status_code == 200
    return b"Changed" in answer.content


@pytest.fixture(params=["/", "/b/garden/", "thread", "/u/ann/"])
def path(request: pytest.FixtureRequest, post: Post, comment: Comment) -> str:
    return post.get_absolute_url() if request.param == "thread" else request.param


def test_a_guest_gets_the_kept_page(path: str, post: Post) -> None:
    first = Client().get(path)
    change_unseen(post)
    again = Client().get(path)
    assert again.content == first.content
    own = {"X-Request-ID": ""}
    assert dict(again.items()) | own == dict(first.items()) | own


def test_a_member_never_gets_it(path: str, post: Post, member: Client) -> None:
    assert not shows_change(path)
    change_unseen(post)
    assert shows_change(path, member)


def test_a_guest_never_gets_a_member_s(path: str, post: Post, member: Client) -> None:
    member.get(path)
    change_unseen(post)
    assert shows_change(path)


def test_pages_differ_by_all_they_depend_on(path: str, post: Post) -> None:
    shows_change(path)
    change_unseen(post)
    dark = Client()
    dark.cookies["theme"] = "dark"
    assert shows_change(path, dark)
    still = Client()
    still.cookies["keys"] = "off"
    assert shows_change(path, still)
    assert shows_change(f"{path}?sort=new")
    assert shows_change(path, host="localhost")
    answer = Client().get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert not shows_change(path)


def test_a_message_for_one_guest_is_not_kept(path: str, member: Client) -> None:
    member.post("/logout/")
    assert "messages" in member.cookies
    told = member.get(path)
    assert b'role="status"' in told.content or b"alert" in told.content
    assert Client().get(path).content != told.content


def test_a_host_that_is_not_ours_gets_no_page(path: str) -> None:
    shows_change(path)
    assert Client().get(path, headers={"Host": "evil.example"}).status_code == 400


def test_errors_and_forms_are_not_kept(post: Post) -> None:
    for path in ("/b/nothing/", "/login/", "/?sort=nonsense"):
        Client().get(path)
        assert cache.get(guest_pages._key(Client().get(path).wsgi_request)) is None


def deeds(post: Post, comment: Comment) -> dict[str, tuple[str, dict[str, str]]]:
    by_another = reply(author=Member.objects.create_user("ben"), post=post, text="Don't")
    return {
        "reply": (f"{post.address}reply/", {"text": "Now"}),
        "edit": (f"{comment.address}edit/", {"text": "Later"}),
        "delete": (f"{comment.address}delete/", {}),
        "remove": (f"{comment.address}remove/", {}),
        "lock": (f"{post.address}lock/", {"locked": "1"}),
        "settings of the board": (
            "/b/garden/edit/",
            {"title": "Garden", "description": "", "rules": ""},
        ),
        "vote": (f"{by_another.address}vote/", {"value": "1"}),
        "sign out": ("/logout/", {}),
        "subscribe": ("/b/garden/subscribe/", {"subscribed": "1"}),
        "refused": (f"{post.address}reply/", {"text": ""}),
    }


@pytest.mark.parametrize(
    ("deed", "thread", "lists"),
    [
        ("reply", True, False),
        ("edit", True, True),
        ("delete", True, True),
        ("remove", True, True),
        ("lock", True, True),
        ("settings of the board", True, True),
        ("vote", False, False),
        ("sign out", False, False),
        ("subscribe", False, False),
        ("refused", False, False),
    ],
)
def test_a_form_drops_what_it_changes(
    deed: str, thread: bool, lists: bool, post: Post, comment: Comment, member: Client
) -> None:
    address, fields = deeds(post, comment)[deed]
    pages = {post.get_absolute_url(): thread, "/": lists, "/b/garden/": lists}
    for path in pages:
        shows_change(path)
    assert (member.post(address, fields).status_code < 400) == (deed != "refused")
    change_unseen(post)
    for path, dropped in pages.items():
        assert shows_change(path) == dropped, path


def test_a_page_made_while_it_changed_is_not_served(
    post: Post, member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guest's page is read, then a comment is removed, then the page is kept."""
    comment = reply(author=post.author, post=post, text="Secret")  # type: ignore[arg-type]
    may_be_kept = guest_pages._may_be_kept

    def removed_meanwhile(response: Any) -> bool:
        monkeypatch.setattr(guest_pages, "_may_be_kept", may_be_kept)
        member.post(f"{comment.address}remove/")
        return may_be_kept(response)

    monkeypatch.setattr(guest_pages, "_may_be_kept", removed_meanwhile)
    assert b"Secret" in Client().get(post.get_absolute_url()).content
    assert b"Secret" not in Client().get(post.get_absolute_url()).content


def test_a_broken_cache_breaks_no_page(
    path: str, member: Client, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise RedisError

    for name in ("get", "set", "get_many", "set_many"):
        monkeypatch.setattr(type(cache), name, broken, raising=False)
        monkeypatch.setattr(cache, name, broken, raising=False)
    monkeypatch.setattr(guest_pages, "stamps", guest_pages.CachedStamps())
    monkeypatch.setattr(guest_pages, "CACHE_ERRORS", (RedisError,))
    assert Client().get(path).status_code == 200
    assert member.post(f"{post.address}reply/", {"text": "There"}).status_code == 302


def _renew(stamps: SharedStamps) -> None:
    stamps.renew(["post-1"])


@pytest.mark.parametrize("make", [SharedStamps, guest_pages.CachedStamps])
def test_stamps_change_when_they_are_renewed(make: type) -> None:
    stamps = make()
    before = stamps.read(["post-1", "post-2"])
    stamps.renew(["post-1"])
    after = stamps.read(["post-1", "post-2"])
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_processes_share_their_stamps() -> None:
    stamps = SharedStamps()
    before = stamps.read(["post-1"])
    child = get_context("fork").Process(target=_renew, args=(stamps,))
    child.start()
    child.join()
    assert stamps.read(["post-1"]) != before


@pytest.mark.parametrize("path", ["/boards/new/", "/settings/", "/b/garden/edit/"])
def test_a_form_that_a_guest_may_not_send_drops_nothing(path: str, post: Post) -> None:
    shows_change("/")
    assert Client().post(path).status_code == 302
    change_unseen(post)
    assert not shows_change("/")


def test_head_is_answered_without_a_body_from_a_kept_page(post: Post) -> None:
    for _time in range(2):
        answer = Client().head("/")
        assert answer.content == b""
        assert answer.headers["ETag"] == Client().get("/").headers["ETag"]
    assert Client().get("/").content


def test_a_thread_has_one_address(post: Post) -> None:
    """Or a page kept under the other would not be dropped with its thread."""
    address = post.get_absolute_url().replace(f"/{post.pk}/", f"/0{post.pk}/")
    assert Client().get(address).status_code == 404
