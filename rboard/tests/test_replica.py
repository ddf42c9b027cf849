"""A site with a real streaming replica: who reads where, and that nobody notices when it fails."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from accounts.models import Member
from boards.models import ApprovedMember, Ban, Moderator
from discussions.models import Post
from drills.postgres import hung
from rboard import databases, patience, replica
from rboard.tests.browser.site import ROOT, clean_environment, serving
from rboard.tests.replication import Pair, replicated, until
from rboard.tests.visitor import PASSWORD, Visitor

only_once = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="needs PostgreSQL"
)
LET_CLEO_IN = """INSERT INTO boards_approvedmember (board_id, member_id, approved_at)
SELECT b.id, m.id, now() FROM boards_board b, accounts_member m
WHERE b.name = 'cellar' AND m.username = 'cleo' ON CONFLICT DO NOTHING"""
SCENERY = f"""
from accounts.models import Member
from boards.actions import approve, make_board
from discussions.actions.posts import submit_post
ann = Member.objects.create_user("ann", password={PASSWORD!r})
ben = Member.objects.create_user("ben", password={PASSWORD!r})
board = make_board(maker=ann, name="garden", title="Garden")
cellar = make_board(maker=ann, name="cellar", title="Cellar", is_private=True)
cleo = Member.objects.create_user("cleo", password={PASSWORD!r})
approve(board=cellar, member=cleo, by=ann)
print(submit_post(author=ann, board=board, title="Roses").get_absolute_url())
"""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with replicated() as pair:
        yield pair


@pytest.fixture(scope="module")
def thread(pair: Pair) -> str:
    """The address of a thread."""
    manage(pair, "migrate", "--verbosity=0")
    return manage(pair, "shell", "--verbosity=0", "--command", SCENERY).split()[-1]


def environment_of(pair: Pair, **variables: str) -> dict[str, str]:
    return clean_environment() | {
        "DATABASE_URL": pair.primary.url,
        "DATABASE_REPLICA_URL": pair.replica.url,
        "DEBUG": "1",
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "rboard.settings",
        "ALLOWED_HOSTS": "127.0.0.1",
        "WEB_CONCURRENCY": "1",
        "PAGE_CACHE_SECONDS": "0",
        **variables,
    }


def manage(pair: Pair, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment_of(pair),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def site(pair: Pair, folder: Path, **variables: str) -> Iterator[str]:
    pair.catch_up()
    path = folder / "log"
    with path.open("wb") as log, serving(environment_of(pair, **variables), log) as address:
        yield address
    said = path.read_text()
    assert "Traceback" not in said, said


def retitle(pair: Pair, title: str) -> None:
    """Behind the back of the site, which can't know of it."""
    pair.primary.ask(f"UPDATE boards_board SET title = '{title}'")


def has(visitor: Visitor, title: str) -> bool:
    return f"<h1>{title}" in visitor.read("/b/garden/").replace("\n", "").replace(" ", "")


@only_once
def test_who_reads_the_replica(pair: Pair, thread: str, tmp_path: Path) -> None:
    retitle(pair, "Garden")
    with site(pair, tmp_path, DATABASE_REPLICA_LAG="300") as address, pair.lagging():
        retitle(pair, "Orchard")
        guest, ann, ben = (Visitor(address) for _ in range(3))
        assert has(guest, "Garden"), "a guest reads the replica"

        ann.sign_in("ann")
        assert has(ann, "Orchard"), "who has just signed in reads the primary"
        ann.send(f"{thread.rsplit('/', 2)[0]}/reply/", {"text": "Prune them"}, page=thread)
        assert "Prune them" in ann.read(thread), "a writer reads what they wrote"
        assert "Prune them" in guest.read(thread), "others read what a form has just changed"

        ben.sign_in("ben")
        ben.forget("wrote")
        assert has(ben, "Garden"), "a member who wrote nothing lately reads the replica"
        assert "/logout/" in ben.read("/b/garden/")
        pair.primary.ask("DELETE FROM django_session")
        assert "/logout/" not in ben.read("/b/garden/"), "a session that was ended is over"


@only_once
def test_who_was_let_in_is_looked_up_on_the_primary(
    pair: Pair, thread: str, tmp_path: Path
) -> None:
    """The next request knows of a dismissal, wherever it was done."""
    pair.primary.ask(LET_CLEO_IN)
    with site(pair, tmp_path, DATABASE_REPLICA_LAG="300") as address, pair.lagging():
        cleo = Visitor(address)
        cleo.sign_in("cleo")
        cleo.forget("wrote")
        assert cleo.get("/b/cellar/").status == 200
        pair.primary.ask("DELETE FROM boards_approvedmember")
        assert cleo.get("/b/cellar/").status == 404
        pair.primary.ask(LET_CLEO_IN)
        assert cleo.get("/b/cellar/").status == 200
        manage(pair, "ban", "cellar", "cleo", "--reason", "Tells on us")
        assert cleo.get("/b/cellar/").status == 404


@only_once
def test_a_board_made_private_is_so_for_guests(pair: Pair, thread: str, tmp_path: Path) -> None:
    """As soon as this process asks how far the replica is, though it knows of no form."""
    guest_sees = "UPDATE boards_board SET is_private = {} WHERE name = 'garden'"
    with site(pair, tmp_path, DATABASE_REPLICA_LAG="300") as address:
        with pair.lagging():
            guest = Visitor(address)
            assert guest.get(thread).status == 200
            pair.primary.ask(guest_sees.format("true"))
            until(lambda: guest.get(thread).status == 404, "the guest is kept out")
        pair.primary.ask(guest_sees.format("false"))


@pytest.mark.parametrize(
    "model", [Session, Member, Group, Permission, Ban, ApprovedMember, Moderator]
)
def test_what_decides_access_is_read_from_the_primary(model: type[Model]) -> None:
    token = replica._is_read.set(True)
    try:
        assert replica.Router().db_for_read(model) == "default"
        assert replica.Router().db_for_read(Post) == replica.ALIAS
    finally:
        replica._is_read.reset(token)


def readiness(address: str) -> str:
    answer = Visitor(address).get("/readyz")
    assert answer.status == 200
    said: str = json.loads(answer.text)["replica"]
    return said


@only_once
def test_a_replica_behind_or_gone_is_passed_over(pair: Pair, thread: str, tmp_path: Path) -> None:
    retitle(pair, "Garden")
    with site(pair, tmp_path, DATABASE_REPLICA_LAG="1") as address:
        guest = Visitor(address)
        assert readiness(address) == "ok"
        with pair.lagging():
            retitle(pair, "Orchard")
            until(lambda: readiness(address) == "behind", "the replica is behind")
            assert has(guest, "Orchard")
        until(lambda: readiness(address) == "ok", "the replica has caught up")
        assert has(guest, "Orchard")
        # Its connection breaks while the site believes in it.
        pair.replica.stop()
        for _again in range(20):
            assert has(guest, "Orchard")
        assert readiness(address) == "unreachable"
        pair.replica.start()
        until(lambda: readiness(address) == "ok", "the replica is read again")
        assert has(guest, "Orchard")


@only_once
def test_a_replica_that_hangs_is_passed_over(pair: Pair, thread: str, tmp_path: Path) -> None:
    retitle(pair, "Garden")
    with site(pair, tmp_path) as address:
        guest = Visitor(address)
        assert has(guest, "Garden")
        assert readiness(address) == "ok"
        with hung(pair.replica.cluster.data):
            began = time.monotonic()
            assert has(guest, "Garden"), "the page was made again from the primary"
            assert time.monotonic() - began < patience.LEAST_LONG + 3
            began = time.monotonic()
            assert has(guest, "Garden")
            assert time.monotonic() - began < patience.SHORT + 3
        until(lambda: readiness(address) == "ok", "the replica is read again")


def doctor(pair: Pair, **variables: str) -> tuple[str, str]:
    """What it finds of the replica: how bad that is, and how to mend it."""
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--quick", "--json"],
        cwd=ROOT,
        env=environment_of(pair, **variables),
        capture_output=True,
        text=True,
    )
    findings = json.loads(done.stdout)["findings"]
    [found] = [each for each in findings if each["subject"] == "replica"]
    return found["level"], found["mend"]


@only_once
def test_the_doctor_looks_at_the_replica(pair: Pair, thread: str) -> None:
    pair.catch_up()
    assert doctor(pair) == ("ok", "")
    with pair.lagging():
        retitle(pair, "Orchard")
        level, mend = doctor(pair)
        assert level == "warning"
        assert "network" in mend
    level, mend = doctor(pair, DATABASE_REPLICA_URL=pair.primary.url)
    assert level == "problem"
    assert "streaming replica" in mend
    pair.replica.stop()
    level, mend = doctor(pair)
    assert level == "warning"
    assert "DATABASE_REPLICA_URL" in mend
    pair.replica.start()


@only_once
def test_the_doctor_knows_a_replica_of_another_database(pair: Pair, thread: str) -> None:
    """Its log may well be further than ours, and then it would be read."""
    level, mend = doctor(pair, DATABASE_URL=os.environ["DATABASE_URL"])
    assert level == "problem"
    assert "of the database of DATABASE_URL" in mend


def test_without_a_replica_nothing_is_asked() -> None:
    assert "rboard.replica.Reading" not in settings.MIDDLEWARE
    assert not settings.DATABASE_ROUTERS


@pytest.mark.parametrize(
    ("url", "primary"),
    [
        ("sqlite:////tmp/other", "django.db.backends.postgresql"),
        ("postgres://host/name", "django.db.backends.sqlite3"),
        ("nonsense", "django.db.backends.postgresql"),
    ],
)
def test_a_replica_is_a_postgresql(monkeypatch: pytest.MonkeyPatch, url: str, primary: str) -> None:
    monkeypatch.setenv("DATABASE_REPLICA_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL must start with"):
        databases.replica("DATABASE_REPLICA_URL", of={"ENGINE": primary})
