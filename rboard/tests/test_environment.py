"""Wrong settings stop the start with one line that names the variable, and tells no secret."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from psycopg2 import sql

from rboard.tests.browser.site import administer, clean_environment, fresh_database

pytestmark = pytest.mark.one_database

SECRET = "kC4-o7wVQ2vKx9bG5s_eYtH1mJzR8dLpNfUaXiTq3hEw6yBj0Zg"
SHOWN = "import django; from django.conf import settings; django.setup(); print(settings.{})"

# What a mail server is told, after Django has made the letter.
SENDER = (
    "DEFAULT_FROM_EMAIL and __import__('email.utils').utils.parseaddr("
    "__import__('django.core.mail').core.mail.EmailMessage('Hello', to=['a@b.example'])"
    ".message()['From'])[1]"
)

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Runs something where the settings are read from this environment alone."""

    def run(*command: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
        site: dict[str, str | None] = {
            "DJANGO_SETTINGS_MODULE": "rboard.settings",
            "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
            "PUBLIC_URL": "http://localhost:8000",
            "SECRET_KEY": SECRET,
            "ENV_FILE": "/dev/null",
        }
        chosen = clean_environment() | site | variables
        return subprocess.run(
            [sys.executable, *(command or ("manage.py", "check"))],
            cwd=settings.BASE_DIR,
            env={name: value for name, value in chosen.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def told(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of who did not start."""
    assert done.returncode == 1, done.stdout + done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("rboard: ")
    return line


@pytest.mark.parametrize("kind", ["missing", "a folder", "binary"])
def test_a_named_file_of_variables_is_read(start: Start, files: dict[str, str], kind: str) -> None:
    assert "ENV_FILE" in told(start(ENV_FILE=files[kind]))


def test_a_line_that_is_no_variable_is_not_repeated(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "site.env"
    file.write_text(f"SITE_NAME=Here\n{SECRET}\n")
    line = told(start(ENV_FILE=str(file)))
    assert f"line 2 of {file}" in line
    assert SECRET not in line
    file.write_text(f"# Ours\n  # alone\n \nexport SITE_NAME=Here\nSECRET_KEY={SECRET}\n")
    done = start("-c", SHOWN.format("SITE_NAME"), ENV_FILE=str(file), SECRET_KEY=None)
    assert (done.stdout, done.stderr) == ("Here\n", "")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Paths of what should be a file of text, and is none."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x80secret")
    return {
        "missing": "/nope/there-is-none",
        "a folder": str(tmp_path),
        "binary": str(tmp_path / "binary"),
        "too long": "secret" * 1_000,
    }


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "EMAIL_URL"])
@pytest.mark.parametrize("kind", ["missing", "a folder", "binary", "too long"])
def test_a_file_that_cannot_be_read(
    start: Start, files: dict[str, str], name: str, kind: str
) -> None:
    line = told(start(**{name: None, f"{name}_FILE": files[kind]}))
    assert f"{name}_FILE" in line
    assert "secret" not in line, "a path may be the secret itself, put in the wrong variable"


def test_a_files_last_line_ends_where_its_words_do(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "key"
    for text in (SECRET, f"{SECRET}\n", f"{SECRET}\r\n"):
        file.write_text(text)
        done = start("-c", SHOWN.format("SECRET_KEY"), SECRET_KEY=None, SECRET_KEY_FILE=str(file))
        assert done.stdout == f"{SECRET}\n", done.stderr
    file.write_text(" \n")
    assert "SECRET_KEY is not set" in told(start(SECRET_KEY=None, SECRET_KEY_FILE=str(file)))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", " "),
        ("SECRET_KEY", "\t\n"),
        ("SECRET_KEY", "a"),
        ("SECRET_KEY", "k" * 15 + " " * 50),
        ("PUBLIC_URL", "https://["),
        ("PUBLIC_URL", "https://[x:y]"),
        ("PUBLIC_URL", "https://*"),
        ("PUBLIC_URL", "https://-"),
        ("PUBLIC_URL", "https://a b"),
        ("PUBLIC_URL", "https://a\nb"),
        ("PUBLIC_URL", "https://a?x"),
        ("PUBLIC_URL", "https://a#x"),
        ("PUBLIC_URL", "https://u:p@a"),
        ("PUBLIC_URL", "https://a:b"),
        ("PUBLIC_URL", "https://a:"),
        ("PUBLIC_URL", "https://a:99999"),
        ("PUBLIC_URL", "https://bücher.example"),
        ("PUBLIC_URL", "https://board.example/forum"),
        ("PORT", "99999"),
        ("PORT", "0"),
        ("PORT", "8" * 5000),
        ("ALLOWED_HOSTS", "https://board.example"),
        ("ALLOWED_HOSTS", "board.example:8443"),
        ("ALLOWED_HOSTS", "board.example www.board.example"),
        ("ALLOWED_HOSTS", "board.example,/"),
        ("EMAIL_URL", "smtp.board.example"),
        ("EMAIL_URL", "smtp+tls://u:p@h:587?EMAIL_USE_SSL=True"),
        ("EMAIL_URL", "smtp+ssl://u:p@h?EMAIL_USE_SSL=True"),
        ("EMAIL_URL", "smtp+tls://u:p#w@h:587"),
        ("EMAIL_URL", "smtp+tls://u:p@h:99999"),
        ("DATABASE_URL", "postgre://u:p@h/name"),
        ("DATABASE_URL", "postgres://u:p/w@h/name"),
        ("DATABASE_URL", "postgres://u:p@h"),
        ("SITE_NAME", "a\nb"),
        ("FROM_EMAIL", "x\ny"),
        ("FROM_EMAIL", "a\r\nBcc: x@y"),
        ("FROM_EMAIL", "ü"),
        ("FROM_EMAIL", "<>"),
        ("FROM_EMAIL", "Cats, Dogs <a@b.example>"),
        ("FROM_EMAIL", f"a@{'ü' * 60}.example"),
        ("LOG_LEVEL", "verbose"),
        ("LOG_LEVEL", "10"),
        ("ACCESS_LOG", "/nope/log"),
        ("ACCESS_LOG", "/"),
        ("DATABASE_REPLICA_LAG", "601"),
        ("MIGRATE_LOCK_TIMEOUT", "9" * 30),
        ("REDIS_URL", "x"),
        ("REDIS_URL", "http://a"),
        ("REDIS_URL", "redis://h:abc/0"),
        ("REDIS_URL", "redis://["),
        ("REDIS_URL", "redis://h/abc"),
        ("REDIS_URL", "redis://h/0?socket_timeout=soon"),
        ("REDIS_URL", "redis://h/0?unheard_of=1"),
        ("REDIS_URL", f"redis://{'h' * 64}/0"),
        ("REDIS_URL", "redis://a/0,b"),
    ],
)
def test_what_is_wrong_is_named(start: Start, variable: str, value: str) -> None:
    # The address is made of PORT where there is none, and is not what is wrong then.
    more = {"PUBLIC_URL": None} if variable == "PORT" else {}
    assert told(start(**more, **{variable: value})).startswith(f"rboard: {variable} ")


@pytest.mark.parametrize(
    ("variable", "value", "setting", "shown"),
    [
        ("PUBLIC_URL", "https://Board.Example:8443/", "PUBLIC_URL", "https://board.example:8443"),
        ("PUBLIC_URL", "https://Board.Example:8443/", "ALLOWED_HOSTS", "['board.example']"),
        ("PUBLIC_URL", "http://[2001:db8::1]", "ALLOWED_HOSTS", "['[2001:db8::1]']"),
        ("PUBLIC_URL", "http://[::1]:8000", "ALLOWED_HOSTS[0]", "localhost"),
        ("FROM_EMAIL", "Bücher <b@bücher.example>", SENDER, "b@xn--bcher-kva.example"),
        ("FROM_EMAIL", "", SENDER, "noreply@localhost"),
        ("SITE_NAME", 'Cats, "Dogs" & Ü', SENDER, "noreply@localhost"),
        ("PUBLIC_URL", "http://[2001:db8::1]", SENDER, "noreply@localhost"),
        ("PUBLIC_URL", "http://10.0.0.1", SENDER, "noreply@10.0.0.1"),
        ("SITE_NAME", "", "SITE_NAME", "rboard"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS[0]", "localhost"),
        ("ALLOWED_HOSTS", "A.example, .b.example", "ALLOWED_HOSTS", "['a.example', '.b.example']"),
        ("ALLOWED_HOSTS", "*,[::1]", "ALLOWED_HOSTS", "['*', '[::1]']"),
        ("EMAIL_URL", "", "EMAIL_BACKEND[-20:]", "console.EmailBackend"),
        (
            "EMAIL_URL",
            "smtp+ssl://u:p%2Fw@h",
            "EMAIL_PORT, settings.EMAIL_HOST_PASSWORD",
            "465 p/w",
        ),
        ("EMAIL_URL", "smtp+tls://u:p@h", "EMAIL_PORT, settings.EMAIL_USE_TLS", "587 True"),
        ("EMAIL_URL", "smtp://h", "EMAIL_PORT, settings.EMAIL_HOST", "25 h"),
        (
            "DATABASE_URL",
            "sqlite:///data/x.sqlite3",
            "DATABASES['default']['NAME']",
            f"{settings.BASE_DIR}/data/x.sqlite3",
        ),
        ("LOG_LEVEL", "", "LOGGING['root']['level']", "INFO"),
        ("LOG_LEVEL", "debug", "LOGGING['root']['level']", "DEBUG"),
        ("ACCESS_LOG", "-", "ACCESS_LOG", "-"),
        ("REDIS_URL", "", "CACHES['default']['BACKEND'][-11:]", "LocMemCache"),
        (
            "REDIS_URL",
            "redis://a:b@h:1/2,rediss://h",
            "CACHES['default']['BACKEND'][-10:]",
            "RedisCache",
        ),
        (
            "REDIS_URL",
            "unix:///run/redis?db=1",
            "CACHES['default']['LOCATION']",
            "unix:///run/redis?db=1",
        ),
    ],
)
def test_what_is_right_is_taken(
    start: Start, variable: str, value: str, setting: str, shown: str
) -> None:
    done = start("-c", SHOWN.format(setting), **{variable: value})
    assert done.stdout.strip() == shown, done.stderr


@pytest.mark.parametrize(
    ("url", "how"),
    [
        ("postgres://postgres@127.0.0.1:1/x", "cannot use the database of DATABASE_URL"),
        ("sqlite:////nope/x.sqlite3", "cannot use the database of DATABASE_URL"),
        ("", "run manage.py migrate"),  # an empty one
    ],
)
@pytest.mark.parametrize("command", ["send_mail --json", "check_tree", "ban garden ann"])
def test_a_command_without_its_database_says_so(
    start: Start, url: str, how: str, command: str
) -> None:
    chosen = {"DATABASE_URL": url} if url else {}
    assert how in told(start("manage.py", *command.split(), **chosen))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("option", "why", "how"),
    [
        ("default_transaction_read_only=on", "takes no changes", "standby"),
        ("role=pg_monitor", "permission denied", "OWNER TO"),
    ],
)
def test_a_database_in_which_no_table_can_be_made(
    start: Start, tmp_path: Path, option: str, why: str, how: str
) -> None:
    with fresh_database(settings.DATABASES["default"], tmp_path) as url:
        # What servers before 15 allow.
        administer(url, sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        chosen = f"{url}?options={quote(f'-c {option}')}"
        line = told(start("manage.py", "migrate", "-v0", DATABASE_URL=chosen))
    assert why in line
    assert how in line


def test_who_reads_no_further_gets_no_traceback(start: Start) -> None:
    broken = (
        "import os, sys, manage; reader, writer = os.pipe(); os.close(reader); "
        "os.dup2(writer, 1); sys.argv[1:] = ['help']; manage.main()"
    )
    done = start("-u", "-c", broken)
    assert (done.returncode, done.stderr) == (141, "")


def test_the_traceback_is_there_for_who_asks(start: Start) -> None:
    asked = start("manage.py", "check_tree", "--traceback")
    assert "Traceback" in asked.stderr


def problems(done: subprocess.CompletedProcess[str]) -> list[dict[str, str]]:
    """What doctor found, of the worse kind."""
    assert done.returncode == 3, done.stdout + done.stderr
    found = json.loads(done.stdout)["findings"]
    return [each for each in found if each["level"] == "problem"]


def test_doctor_makes_no_database_where_there_is_none(start: Start, tmp_path: Path) -> None:
    [told] = problems(start("manage.py", "doctor", "--json"))
    assert f"no file {tmp_path}/site.sqlite3" in told["found"]
    assert "DATABASE_URL" in told["mend"]
    assert not list(tmp_path.iterdir())


def test_doctor_knows_what_is_no_database(start: Start, tmp_path: Path) -> None:
    (tmp_path / "site.sqlite3").write_text("Dear diary, " * 1_000)
    [told] = problems(start("manage.py", "doctor", "--json"))
    assert told["subject"] == "database"


def test_doctor_tells_once_that_tables_are_missing(start: Start, tmp_path: Path) -> None:
    (tmp_path / "site.sqlite3").touch()
    told = problems(start("manage.py", "doctor", "--json"))
    on_tables = {"migrations", "operator", "trees", "counters", "read only"}
    assert [each["subject"] for each in told if each["subject"] in on_tables] == ["migrations"]
