"""Makes a site and tells what there is to load."""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from accounts.models import Member
from bench.loading import settle
from bench.serving import CSRF
from bench.site import BIG_BOARD, READER, WRITERS, Site
from bench.sizes import Size
from boards.models import Board
from discussions.listings import PAGE_SIZE
from discussions.models import Comment, Post
from paging import cursor

COMMON_WORD = "time"
DEEP = 1_000  # the page far down a list
PARENTS = 500  # so many comments of a thread are given to those who reply


@dataclass
class Address:
    """A page as guests and as members ask for it; "" where there is no such page for them."""

    guest: str
    member: str


@dataclass
class Target:
    """A thread to reply in, and comments there to reply to."""

    post: int
    address: str  # that the form is sent to
    parents: list[int]


def main(**size: Any) -> dict[str, Any]:
    site = Site(Size(**size))
    site.write()
    settle()
    return describe(site)


def describe(site: Site) -> dict[str, Any]:
    return {
        "pages": {name: asdict(address) for name, address in pages(site).items()},
        "deep": deep_page(),
        "reader": sign_in(READER),
        "writers": [sign_in(writer) for writer in WRITERS],
        "targets": {name: asdict(target) for name, target in targets(site).items()},
        "comments": Comment.objects.count(),
    }


def pages(site: Site) -> dict[str, Address]:
    deep = f"/?feed=all&after={deep_cursor()}"
    found = {
        "front": Address("/", "/?feed=all"),
        "board": _same(Board.objects.get(pk=BIG_BOARD).get_absolute_url()),
        "thread": _same(_post(site.shown).get_absolute_url()),
        "home": Address("", "/"),
        "top": Address("/?sort=top&t=week", "/?feed=all&sort=top&t=week"),
        "deep": _same(deep),
        "common": _same(f"/search/?q={COMMON_WORD}"),
        "rare": _same(f"/search/?{urlencode({'q': words_of(site.middle)})}"),
        "middle": _same(_post(site.middle).get_absolute_url()),
        "huge": _same(_post(site.huge).get_absolute_url()),
    }
    comment = site.threads[site.huge].middle()
    permalink = Comment.objects.select_related("post__board").get(pk=comment).get_absolute_url()
    return found | {"permalink": _same(permalink)}


def _same(address: str) -> Address:
    return Address(address, address)


def _post(pk: int) -> Post:
    return Post.objects.select_related("board").get(pk=pk)


def words_of(post: int) -> str:
    """A search that finds this post, and hardly another: the longest words of its title."""
    words = _post(post).title.split()
    return " ".join(sorted(set(words), key=len)[-8:])


def deep_page() -> int:
    """The number of the page far down; a small site ends before the thousandth."""
    return min(DEEP, Post.objects.live().count() * 9 // 10 // PAGE_SIZE)


def deep_cursor() -> str:
    rows = Post.objects.live().order_by("-hot", "-pk")
    last = rows[(deep_page() - 1) * PAGE_SIZE - 1]
    return cursor(last.hot, last.pk)


def sign_in(member: int) -> str:
    """The cookies of a new session."""
    client = Client()
    client.force_login(Member.objects.get(pk=member))
    session = settings.SESSION_COOKIE_NAME
    return f"{session}={client.cookies[session].value}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def targets(site: Site) -> dict[str, Target]:
    empty = [target(site, post) for post in site.empty]
    wide = target(site, site.wide)
    root = next(iter(site.threads[site.wide].parents))
    return {
        "empty": empty[0],
        "alone": empty[1],
        **{f"storm {number}": each for number, each in enumerate(empty[2:])},
        "huge": target(site, site.huge),
        "wide": wide,
        "root": Target(wide.post, wide.address, [root]),
    }


def target(site: Site, post: int) -> Target:
    comments = list(site.threads[post].parents)
    step = max(1, len(comments) // PARENTS)
    return Target(post, f"{_post(post).address}reply/", comments[::step])
