"""Every address × every kind of visitor: no error, and nothing of what is private."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from accounts.models import Member
from boards.actions import approve, subscribe
from boards.models import Board
from discussions.actions.access import change_board, dismiss
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.actions.votes import vote
from discussions.models import Comment, Post
from rboard.tests.security.browser import FORM, Browser, error_of
from rboard.tests.security.database import unchanged
from rboard.tests.security.headers import lacking
from rboard.tests.security.visitors import (
    OUTSIDERS,
    VISITORS,
    Address,
    Places,
    Values,
    Visitors,
    every_address,
)

pytestmark = pytest.mark.django_db

# Something for every form there is.
EVERYTHING = (
    b"text=x&title=x&name=board_n&url=&value=1&username=ben&subscribed=1&locked=1&parent="
    b"&reason=x&rule=&days=1&nsfw=1&deed=warn"
    b"&description=&rules=&is_private=on&password=x&theme=dark"
)
# The words of the private boards: of what stands on them, and of the boards themselves.
SECRET_WORDS = ["hush", "board_p", "Board P", "once_open", "Once open"]


def paths_in(values: Values) -> Iterator[tuple[Address, str]]:
    for address in every_address():
        yield address, address.path(values)


def test_the_walk_knows_the_site(places: Places) -> None:
    names = {address.name for address in every_address()}
    assert {"discussions:front", "discussions:comment-vote", "inbox:read", "admin:login"} <= names
    assert len(names) > 50


@pytest.mark.parametrize("visitor", VISITORS)
def test_no_address_breaks(visitor: str, visitors: Visitors, places: Places) -> None:
    """Whoever looks gets an answer with all its headers, and changes nothing by looking.

    But for what is remembered of what they looked at.
    """
    browser = Browser(visitors[visitor])
    wrong = []
    with unchanged("django_session", "discussions_visit"):
        for address, path in paths_in(places.public):
            page, head = browser.get(path), browser.head(path)
            wrong += [f"{path} ({address}): {problem}" for problem in problems(page)]
            wrong += [f"HEAD {path} ({address}): {problem}" for problem in problems(head)]
            # Django's own sign-in of the admin sends on who is signed in by GET alone.
            if page.status_code != head.status_code and address.name != "admin:login":
                wrong.append(f"{path} ({address}): {page.status_code}, {head.status_code}")
            if head.content:
                wrong.append(f"{path} ({address}): a body for HEAD")
        known = {path for _, path in paths_in(places.public)}
        for values in (places.private, places.crossed, places.no_comment):
            for address, path in paths_in(values):
                if path not in known:
                    page = browser.get(path)
                    wrong += [f"{path} ({address}): {problem}" for problem in problems(page)]
    assert not wrong, "\n".join(wrong)


def problems(answer: Any) -> list[str]:
    return [error_of(answer) or "500"] if answer.status_code >= 500 else lacking(answer.headers)


@pytest.mark.parametrize("visitor", VISITORS)
def test_nobody_posts_without_a_token(visitor: str, visitors: Visitors, places: Places) -> None:
    """Case 7, for every address there is: those that take no form at all refuse it too."""
    browser = Browser(visitors[visitor])
    wrong = []
    with unchanged():
        for address, path in paths_in(places.public):
            answer = browser.generic("POST", path, EVERYTHING, FORM)
            if answer.status_code != 403:
                wrong.append(f"{path} ({address}): {answer.status_code}")
            wrong += [f"{path} ({address}): {problem}" for problem in problems(answer)]
    assert not wrong, "\n".join(wrong)


def masked(text: str, path: str) -> str:
    """`text` without the address that was asked for, and without what is new in every answer."""
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", text)
    text = re.sub(r'value="[0-9a-f-]{36}"', "", text)
    text = re.sub(r"<time .*?</time>", "", text)
    if path != "/":
        for spelling in (path, quote(path), quote(path, safe=""), path.removesuffix("/")):
            text = text.replace(spelling, "@")
    return text


def answer(browser: Browser, method: str, path: str) -> tuple[Any, ...]:
    response = browser.raw(method, path, EVERYTHING if method == "POST" else b"")
    headers = {name: masked(value, path) for name, value in response.headers.items()}
    for own in ("Content-Length", "X-Request-ID"):
        headers.pop(own, None)
    cookies = sorted(response.cookies)
    body = masked(response.content.decode(), path)
    return response.status_code, headers, cookies, body, error_of(response)


@pytest.mark.parametrize("visitor", OUTSIDERS)
def test_what_is_private_answers_as_what_does_not_exist(
    visitor: str, visitors: Visitors, places: Places
) -> None:
    browser = Browser(visitors[visitor])
    browser.get("/appearance/")
    told = []
    with unchanged("django_session"):
        for address in every_address():
            for real, nothing in (
                (places.private, places.no_board),
                (places.crossed, places.no_post),
                (places.public | {"comment_id": places.private["comment_id"]}, places.no_comment),
            ):
                here, nowhere = address.path(real), address.path(nothing)
                if here == nowhere:
                    continue
                for method in ("GET", "POST", "HEAD") if visitor == "guest" else ("GET", "POST"):
                    found = answer(browser, method, here)
                    if found != answer(browser, method, nowhere):
                        told.append(f"{method} {here} ({address}): {found[:3]}")
    assert not told, "\n".join(told)


@pytest.mark.parametrize("visitor", ["approved", "moderator of the private board", "staff"])
def test_who_may_read_it_does(visitor: str, visitors: Visitors, places: Places) -> None:
    browser = Browser(visitors[visitor])
    names = {"discussions:board", "discussions:post", "discussions:comment", "boards:about"}
    for address in every_address():
        if address.name in names:
            assert browser.get(address.path(places.private)).status_code == 200


@pytest.fixture
def once_open(visitors: Visitors, places: Places) -> Board:
    """A board that everybody read, wrote on and followed until it became private."""
    maker, ben, ann = (
        visitors["moderator of the private board"],
        visitors["member"],
        visitors["author"],
    )
    assert maker is not None
    assert ben is not None
    assert ann is not None
    board = Board.objects.create(name="once_open", title="Once open", created_by=maker)
    approve(board=board, member=maker, by=maker)
    post = submit_post(author=ann, board=board, title="hush again", text="hush, u/ben")
    answer = reply(author=ben, post=post, text="hush, I say, u/amy u/mia")
    reply(author=maker, post=post, parent=answer, text="hush to you too")
    for member in (ben, ann):
        subscribe(member=member, board=board)
    vote(voter=ben, target=post, value=1)
    change_board(board=board, title=board.title, description="hush", rules="hush", is_private=True)
    return board


@pytest.fixture
def dismissed(visitors: Visitors, places: Places, p: Board) -> None:
    """The member was let into p, wrote there, was written to, and was dismissed."""
    ben, pam = visitors["member"], visitors["approved"]
    assert ben is not None
    assert pam is not None
    approve(board=p, member=ben, by=None)
    subscribe(member=ben, board=p)
    post = submit_post(author=ben, board=p, title="hush, by me", text="hush")
    reply(author=pam, post=post, text="hush, u/ben")
    dismiss(board=p, member=ben)


QUERIES = [
    "/?feed=all",
    *(f"/?sort={sort}&feed=all" for sort in ("new", "top", "active", "controversial")),
    "/?sort=top&t=year",
    *(f"/boards/?q={word}" for word in ("hush", "board", "Board+P", "p", "open")),
    *(f"/boards/?sort={sort}" for sort in ("name", "size")),
    *(
        f"/u/{name}/{tab}"
        for name in ("pam", "ann", "ben", "moe", "mo")
        for tab in ("", "comments/")
    ),
    "/inbox/?show=unread",
    "/b/board_a/?sort=new",
    "/b/board_a/submit/?title=x",
]


@pytest.mark.parametrize("visitor", OUTSIDERS)
def test_no_page_holds_a_word_of_it(
    visitor: str, visitors: Visitors, places: Places, once_open: Board, dismissed: None
) -> None:
    browser = Browser(visitors[visitor])
    told = []
    # The admin lets none of them in, as the walk above shows.
    paths = [
        path
        for values in (places.public, places.private)
        for address, path in paths_in(values)
        if not address.is_of_admin
    ]
    for path in dict.fromkeys(paths + QUERIES):
        response = browser.get(path)
        shown = masked(response.content.decode() + str(response.headers), path)
        asked = path.rpartition("q=")[2].replace("+", " ")
        # The search box says again what was searched for.
        shown = shown.replace(f'value="{asked}"', "").replace(f"“{asked}”", "")
        shown = re.sub(r'href="\?[^"]*"', "", shown)
        told += [f"{path} holds {word!r}" for word in SECRET_WORDS if word in shown]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("visitor", ["guest", "member"])
def test_what_happens_there_changes_no_page(
    visitor: str, visitors: Visitors, places: Places, p: Board, secret: Post, whisper: Comment
) -> None:
    """Counters, orders and letters tell nothing of it."""
    browser = Browser(visitors[visitor])
    paths = [path for a, path in paths_in(places.public) if not a.is_of_admin] + QUERIES

    def pages() -> dict[str, str]:
        return {path: masked(browser.get(path).content.decode(), path) for path in paths}

    browser.get("/appearance/")
    before = pages()
    write_on(p, visitors["approved"], secret, whisper)
    after = pages()
    assert [path for path in before if before[path] != after[path]] == []


def write_on(board: Board, author: Member | None, post: Post, comment: Comment) -> None:
    assert author is not None
    submit_post(author=author, board=board, title="hush more", text="u/ben u/ann u/amy u/mia")
    answer = reply(author=author, post=post, parent=comment, text="u/ben u/ann u/amy u/mia")
    reply(author=author, post=post, parent=answer, text="hush still")


def test_an_address_that_nobody_thought_of_fails_the_walk(places: Places) -> None:
    with pytest.raises(AssertionError, match="flavour, and no test knows"):
        Address("boards:taste", "/b/<board_name>/<flavour>/").path(places.public)


def test_the_secret_words_are_there_to_be_found(
    visitors: Visitors, places: Places, once_open: Board
) -> None:
    """Else a page without them would prove nothing."""
    browser = Browser(visitors["moderator of the private board"])
    paths = [path for address, path in paths_in(places.private) if not address.is_of_admin]
    texts = [browser.get(path).content.decode() for path in [*paths, "/?feed=all", "/boards/"]]
    assert sum("hush" in text for text in texts) > 10
    for word in SECRET_WORDS:
        assert any(word in text for text in texts), word


@pytest.mark.parametrize("visitor", VISITORS)
def test_the_admin_lets_in_staff_and_moderators(
    visitor: str, visitors: Visitors, places: Places
) -> None:
    browser = Browser(visitors[visitor])
    moderates = "moderator" in visitor
    inside = moderates or visitor in {"staff", "superuser"}
    assert browser.get("/admin/").status_code == (200 if inside else 302)
    # Staff have no permission in it yet, the superuser those that a model has at all, and
    # moderators those of their boards (moderation/tests/test_admin_scope.py).
    allowed = {"staff": {403}, "superuser": {200, 403}}.get(visitor, {302})
    allowed = {200, 403} if moderates else allowed
    for address, path in paths_in(places.private):
        if re.match(
            r"/admin/(accounts|auth|boards|discussions|inbox|moderation)/\w+/(add/)?$",
            address.route,
        ):
            assert browser.get(path).status_code in allowed, path


@pytest.mark.parametrize("visitor", VISITORS)
def test_everybody_reads_what_is_public(visitor: str, visitors: Visitors, places: Places) -> None:
    browser = Browser(visitors[visitor])
    for address in every_address():
        if address.name in {"discussions:board", "discussions:post", "discussions:comment"}:
            assert browser.get(address.path(places.public)).status_code == 200
