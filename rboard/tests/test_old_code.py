"""The code that was released last, on the tables that this code makes.

So it is while servers are updated one after the other, and after a release was taken back.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from rboard.migration_lint import baseline
from rboard.tests.browser import site as sites
from rboard.tests.browser.site import ROOT, clean_environment
from rboard.tests.visitor import Visitor

pytestmark = pytest.mark.postgresql


@pytest.fixture
def old_code(tmp_path: Path) -> Path:
    """A folder with the files of the release."""
    if shutil.which("git") is None:
        pytest.skip("no git here")
    commit = baseline()["commit"]
    git = ["git", "-c", f"safe.directory={ROOT}"]
    folder = tmp_path / "old"
    folder.mkdir()
    archive = tmp_path / "old.tar"
    done = subprocess.run(
        [*git, "archive", "--output", str(archive), commit], cwd=ROOT, capture_output=True
    )
    if done.returncode:
        pytest.skip(f"this checkout does not hold the released commit {commit[:12]}")
    subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)
    return folder


def environment(database: str) -> dict[str, str]:
    return clean_environment() | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "rboard.settings",
        "DEBUG": "1",
        "ENV_FILE": os.devnull,
        "ALLOWED_HOSTS": "127.0.0.1",
        "WEB_CONCURRENCY": "1",
        "PAGE_CACHE_SECONDS": "0",
    }


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """As this code makes it."""
    with sites.fresh_database(settings.DATABASES["default"], tmp_path) as url:
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=environment(url), check=True)
        yield url


@pytest.fixture
def site(old_code: Path, database: str, tmp_path: Path) -> Iterator[str]:
    """The old code, serving."""
    port = sites.free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "--config", "rboard/gunicorn.py"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "rboard.wsgi:application"],
            cwd=old_code,
            env=environment(database)
            | {"HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": address},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            assert sites.answers(address, server), (tmp_path / "log").read_text()
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def use(site: str, board: str) -> None:
    """What members do, from registering to removing; fails unless all of it works."""
    ann, ben, guest = (Visitor(site) for _ in range(3))
    ann.register(f"ann-{board}")
    fields = {"name": board, "title": "Garden", "description": "Beds"}
    assert f"/b/{board}/" in ann.send("/boards/new/", fields).url
    thread = ann.send(f"/b/{board}/submit/", {"title": "Roses", "text": "Red ones"})
    path = thread.url.removeprefix(site)
    post = path.rsplit("/", 2)[0]
    ben.register(f"ben-{board}")
    ben.send("/appearance/", {"theme": "dark"})
    answered = ben.send(f"{post}/reply/", {"text": "Prune them"}, page=path)
    assert "Prune them" in answered.text
    number = re.search(r"/c/(\d+)/", answered.url)
    assert number
    comment = f"{post}/c/{number[1]}"
    ben.send(f"{post}/vote/", {"value": "1"}, page=path)
    ann.send(f"{post}/reply/", {"text": "When?", "parent": number[1]}, page=path)
    ann.read("/inbox/")
    ben.send(f"{post}/report/", {"reason": "Spam"})
    for page in ("/", "/?feed=all", f"/b/{board}/", "/boards/", "/search/?q=roses", path):
        assert guest.get(page).status == 200, page
    assert "Roses" in guest.read(f"/b/{board}/")
    ann.send(f"{comment}/remove/", {}, page=path)
    assert "Prune them" not in guest.read(path)
    assert ann.get(f"/b/{board}/modlog/").status == 200
    again = Visitor(site)
    again.sign_in(f"ben-{board}")
    assert "/logout/" in again.read("/")


def test_the_old_code_works_on_the_new_tables(site: str, database: str) -> None:
    use(site, "garden")
    # And it is noticed when it does not.
    connection = psycopg2.connect(database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE discussions_post ADD COLUMN mood text NOT NULL DEFAULT ''")
        cursor.execute("ALTER TABLE discussions_post ALTER COLUMN mood DROP DEFAULT")
    connection.close()
    with pytest.raises(AssertionError, match="/submit/ answers 500"):
        use(site, "orchard")
