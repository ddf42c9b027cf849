"""What `manage.py doctor` finds, and that it finds nothing where nothing is wrong."""

import json
import os
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from urllib.error import URLError

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F
from pytest_django import Settings

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment
from rboard import doctor
from rboard.doctor import GOOD, PROBLEM, WARNING, Look, look
from rboard.migration_lint import baseline

pytestmark = pytest.mark.django_db


def levels(each: Look) -> list[str]:
    return [finding.level for finding in look((each,))]


class Site(BaseHTTPRequestHandler):
    """What a visitor is answered, told by the test."""

    status = 200
    location = ""

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing to the console."""


@pytest.fixture
def site(settings: Settings) -> Iterator[type[Site]]:
    class Answers(Site):
        pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
        settings.HTTPS, settings.DEBUG = True, False
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield Answers
        server.shutdown()
        thread.join()


def test_the_address_is_asked_as_a_visitor_does(site: type[Site], settings: Settings) -> None:
    assert levels(doctor.address) == [GOOD]
    site.status, site.location = 301, f"{settings.PUBLIC_URL}/login/"
    [circle] = look((doctor.address,))
    assert circle.level == PROBLEM
    assert "TRUSTED_PROXIES" in circle.mend
    site.status, site.location = 400, ""
    [host] = look((doctor.address,))
    assert "ALLOWED_HOSTS" in host.mend
    site.status = 500
    assert levels(doctor.address) == [PROBLEM]
    settings.DEBUG = True
    assert levels(doctor.address) == [PROBLEM, PROBLEM]


def test_an_address_that_leads_elsewhere(site: type[Site]) -> None:
    site.status, site.location = 301, "https://127.0.0.1:8000/login/"
    [told] = look((doctor.address,))
    assert site.location in told.found
    assert "PUBLIC_URL" in told.mend
    assert "Host" in told.mend


def test_a_host_that_is_not_allowed_is_told_of_while_nobody_serves(settings: Settings) -> None:
    settings.PUBLIC_URL, settings.HTTPS = "http://127.0.0.1:1", True
    settings.ALLOWED_HOSTS = ["board.example"]
    [told] = look((doctor.address,))
    assert told.level == PROBLEM
    assert "ALLOWED_HOSTS" in told.mend


def test_a_certificate_that_nobody_knows(site: type[Site], monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_options: object) -> None:
        error = ssl.SSLCertVerificationError()
        error.verify_message = "self-signed certificate"
        raise URLError(error)

    monkeypatch.setattr("urllib.request.OpenerDirector.open", refused)
    [told] = look((doctor.address,))
    assert told.level == WARNING
    assert "self-signed" in told.found
    assert "renew it" in told.mend


def test_an_address_that_nobody_answers_is_a_warning(settings: Settings) -> None:
    settings.PUBLIC_URL, settings.HTTPS = "http://127.0.0.1:1", True
    assert levels(doctor.address) == [WARNING]


def test_mail(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert levels(doctor.mail) == [WARNING]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert levels(doctor.mail) == [PROBLEM]


def test_secrets(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text("x")
    monkeypatch.setattr(doctor.machine, "DATA_DIR", tmp_path)
    monkeypatch.setenv("ENV_FILE", os.devnull)
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    settings.SECRET_KEY = "k" * 50
    file.chmod(0o600)
    assert levels(doctor.secret) == [GOOD]
    file.chmod(0o644)
    assert levels(doctor.secret) == [WARNING]
    settings.SECRET_KEY = "short"
    assert levels(doctor.secret) == [PROBLEM, WARNING]


def test_migrations() -> None:
    assert levels(doctor.migrations) == [GOOD]
    last = baseline()["migrations"]["inbox"]
    MigrationRecorder(connection).record_unapplied("inbox", last)
    assert levels(doctor.migrations) == [PROBLEM]


def test_a_site_that_takes_no_changes() -> None:
    assert levels(doctor.read_only) == [GOOD]
    call_command("readonly", "on", "--reason", "We move.", stdout=StringIO())
    [told] = look((doctor.read_only,))
    assert told.level == WARNING
    assert "We move." in told.found
    assert told.mend == "manage.py readonly off"


@pytest.mark.postgresql
def test_a_database_that_takes_no_changes_by_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    [told] = look((doctor.read_only,))
    assert told.level == PROBLEM
    assert "default_transaction_read_only" in told.found


def test_without_a_replica_none_is_told_of() -> None:
    assert levels(doctor.replica) == []


def test_a_cache_that_is_gone_is_a_warning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels(doctor.cache) == [GOOD]
    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr(doctor.services, "cache_state", lambda: "unreachable")
    assert levels(doctor.cache) == [WARNING]


def test_static_files(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG, settings.STATIC_ROOT = False, str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    assert levels(doctor.static_files) == [PROBLEM]


def test_what_the_settings_answer_is_no_news_to_an_operator(settings: Settings) -> None:
    settings.HTTPS = False
    assert levels(doctor.deployment) == [GOOD]
    settings.SILENCED_SYSTEM_CHECKS = []
    assert WARNING in levels(doctor.deployment)


def test_an_operator() -> None:
    assert levels(doctor.operator) == [WARNING]
    Member.objects.create_superuser("op", password="a long password")
    assert levels(doctor.operator) == [GOOD]


def test_trees_and_counters() -> None:
    ann = Member.objects.create_user("ann", "a long password")
    board = make_board(maker=ann, name="garden", title="Garden")
    reply(author=ann, post=submit_post(author=ann, board=board, title="Roses"), text="Red.")
    assert levels(doctor.trees) + levels(doctor.counters) == [GOOD, GOOD]
    Board.objects.update(post_count=7)
    Comment.objects.update(rght=F("rght") + 2)
    assert levels(doctor.trees) + levels(doctor.counters) == [PROBLEM, WARNING]


@pytest.mark.parametrize("each", doctor.QUICK + doctor.THOROUGH)
def test_a_database_that_is_gone_is_told_of_and_nothing_breaks(
    each: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(CursorWrapper, "execute", gone)
    assert all(finding.found for finding in look((each,)))


def test_a_disk_that_is_full_is_told_of_beside_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_args: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(CursorWrapper, "execute", full)
    monkeypatch.setattr(
        "shutil.disk_usage", lambda _place: SimpleNamespace(total=10**12, free=0, used=10**12)
    )
    database, disk = look(doctor.QUICK)
    assert (database.level, database.found) == (PROBLEM, "disk I/O error")
    assert (disk.subject, disk.level) == ("disk", WARNING)


def test_what_is_wrong_ends_the_command_with_3(
    site: type[Site], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.status = 500
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--quick", "--json", stdout=out)
    assert ended.value.code == 3
    said = json.loads(out.getvalue())
    wrong = [each for each in said["findings"] if each["level"] == PROBLEM]
    assert said["problems"] == len(wrong)
    assert "address" in {each["subject"] for each in wrong}
