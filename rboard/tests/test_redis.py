"""Guests' pages in a real Redis: shared, dropped, and done without when it is gone or hangs."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from redis import Redis, RedisError
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from accounts.models import Member
from boards.actions import make_board
from discussions.actions.posts import submit_post
from discussions.models import Post
from rboard import guest_pages

pytestmark = pytest.mark.django_db

Process = subprocess.Popen[bytes]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Process]:
    """A Redis on a socket of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server")
    path = str(tmp_path / "redis")
    arguments = ["--port", "0", "--unixsocket", path, "--save", ""]
    with subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL) as process:
        Redis(unix_socket_path=path, retry=Retry(ConstantBackoff(0.05), 200)).ping()
        yield process
        process.kill()


@pytest.fixture(autouse=True)
def pages_in_redis(
    redis: Process, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAGE_CACHE_SECONDS = 60
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/redis",
            "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
        }
    }
    monkeypatch.setattr(guest_pages, "stamps", guest_pages.CachedStamps())
    monkeypatch.setattr(guest_pages, "CACHE_ERRORS", (RedisError,))


@pytest.fixture
def post(db: None) -> Post:
    ann = Member.objects.create_user("ann", "a long password")
    board = make_board(maker=ann, name="garden", title="Garden")
    return submit_post(author=ann, board=board, title="Roses")


def reply(post: Post) -> int:
    client = Client()
    assert post.author
    client.force_login(post.author)
    return client.post(f"{post.address}reply/", {"text": "Prune them"}).status_code


def test_it_keeps_pages_until_they_change(post: Post) -> None:
    path = post.get_absolute_url()
    first = Client().get(path).content
    Post.objects.filter(pk=post.pk).update(title="Tulips")
    assert Client().get(path).content == first
    assert reply(post) == 302
    assert b"Tulips" in Client().get(path).content


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_nobody_notices_when_it_is_gone_or_hangs(
    post: Post, redis: Process, fault: signal.Signals
) -> None:
    Client().get(post.get_absolute_url())
    redis.send_signal(fault)
    if fault == signal.SIGKILL:
        redis.wait()
    assert reply(post) == 302
    answer = Client().get(post.get_absolute_url())
    assert answer.status_code == 200
    assert b"Prune them" in answer.content
