"""manage.py import_reddit killed, twice at once, and beside members who write."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import Member
from discussions.models import Comment, Post
from discussions.tests.archives import (
    DATE,
    Importer,
    archive_fixture,  # noqa: F401
    assert_sound,
    imported,
    remark,
    run,
    submission,
)
from discussions.tests.test_storms import database_url, storm


def big_archive(archive: Importer, threads: int, size: int) -> list[str]:
    """The arguments for an archive whose comments are in no order of threads."""
    chance = random.Random(1)
    posts = [submission(f"p{number}") for number in range(threads)]
    comments = [
        remark(
            f"c{number}x{each}",
            f"c{number}x{chance.randrange(each)}" if each and chance.random() < 0.8 else None,
            post=f"p{number}",
            author=f"m{chance.randrange(500)}",
            created_utc=DATE + each,
            body="*Some* words.",
        )
        for each in range(size)
        for number in range(threads)
    ]
    paths = archive.write("submissions", posts), archive.write("comments", comments)
    return ["--submissions", str(paths[0]), "--comments", str(paths[1])]


def start(arguments: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_reddit", *arguments],
        env=os.environ | {"DATABASE_URL": database_url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_where_it_was(tmp_path: Path, archive: Importer) -> None:
    arguments = big_archive(archive, threads=250, size=20)
    process = start(arguments)
    while not Comment.objects.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_for_other_connections_to_end()
    written = Comment.objects.count()
    assert 0 < written < 5_000
    assert run("check_tree")[0] == 0
    again = start(arguments)
    output, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    assert f"{written:,} comments were here already" in output
    assert Comment.objects.count() == 5_000
    assert not Comment.objects.filter(orphaned=True).exists()
    assert_sound()
    killed = imported()
    Post.objects.all().delete()
    run("import_reddit", *arguments)
    assert imported() == killed


def wait_for_other_connections_to_end() -> None:
    """PostgreSQL may end a statement of who was killed, and commit it, a moment later."""
    deadline = time.monotonic() + 20
    while connection.vendor == "postgresql" and connections_to_this_database() > 1:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def connections_to_this_database() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_workers_go_with_a_killed_import(archive: Importer) -> None:
    process = start(big_archive(archive, threads=300, size=40))
    workers: list[int] = []
    while not workers:
        assert process.poll() is None
        workers = [pid for pid in children(process.pid) if "spawn_main" in command_line(pid)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 20
    while any("spawn_main" in command_line(pid) for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_write_everything_once(archive: Importer) -> None:
    arguments = big_archive(archive, threads=60, size=50)
    for process in [start(arguments), start(arguments)]:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    assert Comment.objects.count() == 3_000
    assert Post.objects.count() == 60
    assert not Member.objects.filter(username__contains="-reddit").exists()
    assert_sound()


@pytest.mark.django_db(transaction=True)
def test_members_write_on_while_it_adds_to_their_threads(archive: Importer) -> None:
    run("import_reddit", *big_archive(archive, threads=4, size=20))
    writers = [Member.objects.create_user(f"writer-{number}") for number in range(4)]
    posts = list(Post.objects.all())
    process = start(big_archive(archive, threads=4, size=500))
    storm("replies", writers, 30, posts)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert Comment.objects.count() == 4 * 500 + 4 * 30
    assert_sound()
