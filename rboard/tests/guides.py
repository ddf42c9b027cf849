"""The commands of the operators' guides, taken out of them, and how each of them is tried."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
# Not commands, though they look like them: how `manage.py` is called, and a signal.
WORDS = {".venv/bin/python manage.py", "python manage.py", "kill -9"}

# Blocks that are files, and no commands but what a unit of systemd starts.
FILES = {"ini", "nginx"}
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```\n", re.M | re.S)
_INDENTED = re.compile(r"^ {4}(\S.*)$\n?", re.M)
_SPAN = re.compile(r"`([^`]+)`")
_CRON = re.compile(r"(?:[\d*/]+ ){4}[\d*/]+ +(.+)")


def files_of(text: str, kind: str) -> list[str]:
    """The blocks of a guide that are files of a kind."""
    return [block[2] for block in _FENCED.finditer(text) if block[1] == kind]


def commands_of(text: str) -> list[str]:
    """All commands of a guide, in its order, each as it is written there.

    They are the lines of blocks, what a unit of systemd starts, and among the words in the text
    those with a space in them.
    """
    return [command for _place, command in sorted(_found(text))]


def _found(text: str) -> Iterator[tuple[int, str]]:
    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    for block in _FENCED.finditer(text):
        for line in re.finditer(
            r"^ExecStart=(.+)$" if block[1] in FILES else r".+", block[2], re.M
        ):
            yield block.start(2) + line.start(), line[line.lastindex or 0]
    text = _FENCED.sub(blank, text)
    for block in _INDENTED.finditer(text):
        cron = _CRON.fullmatch(block[1])
        yield block.start(), cron[1] if cron else block[1]
    text = _INDENTED.sub(blank, text)
    for span in _SPAN.finditer(text):
        words = " ".join(span[1].split())
        if " " in words and words not in WORDS:
            yield span.start(), words


@dataclass(frozen=True)
class Here:
    """Tried on a site of its own; `says` is a pattern of what it prints."""

    says: str = ""
    only: str = ""  # a kind of database
    to: str = ""  # what is run where the words in the guide are a part of a command
    elsewhere: bool = False  # on the site that boards move to
    needs: str = ""  # a program that a machine may lack


@dataclass(frozen=True)
class There:
    """Tried by another program of this project, in which `by` stands, because of `why`."""

    program: str
    by: str
    why: str


_CLUSTER = "needs a cluster; rendered as an install and an upgrade, and validated"
_SERVER = "needs Docker; the image is built, run, stopped and run again on its volume"
_COMPOSED = "needs Docker Compose; the file is read by tests, and its image is run by this"
_CRON_JOB = (
    "cd /srv/rboard && .venv/bin/python manage.py backup /var/backups/rboard --keep 14 --json"
)
_START = "makes a virtual environment; run in a clean clone"

GUIDES: dict[str, dict[str, Here | There]] = {
    "operators.md": {
        "bin/run": There(".ci/run", "setsid bin/run", _START),
        "SAMPLES=0 bin/run": Here("operator", to="SAMPLES=0 manage.py prepare", elsewhere=True),
        "/srv/rboard/bin/run": There(".ci/run", "setsid bin/run", _START),
        "cp .env.example .env": Here(),
        "docker compose up --build --detach": There(".ci/image", "build_image", _COMPOSED),
        "docker compose exec rboard python manage.py ensure_operator": There(
            ".ci/image", "python manage.py ensure_operator", _COMPOSED
        ),
        "docker exec rboard python manage.py backup /data/backup.tar.zst": There(
            ".ci/image", "python manage.py backup /tmp", _SERVER
        ),
        "docker cp rboard:/data/backup.tar.zst .": There(".ci/image", "contained exec", _SERVER),
        "docker exec rboard rm /data/backup.tar.zst": There(".ci/image", "contained exec", _SERVER),
        "docker cp rboard:/data/rboard.env .": There(".ci/image", "contained exec", _SERVER),
        "docker exec --interactive rboard sh -c 'cat >/data/backup.tar.zst' <backup.tar.zst": There(
            ".ci/image", "contained exec", _SERVER
        ),
        "docker exec rboard python manage.py restore /data/backup.tar.zst --apply --replace": There(
            ".ci/image", "python manage.py restore /tmp", _SERVER
        ),
        "docker restart rboard": There(".ci/image", "contained start rboard", _SERVER),
        "docker compose exec rboard rm /data/backup.tar.zst": There(
            ".ci/image", "contained exec", _COMPOSED
        ),
        "docker compose cp rboard:/secrets/secret_key .": There(
            ".ci/image", "contained exec", _COMPOSED
        ),
        "docker compose exec rboard python manage.py backup /data/backup.tar.zst": There(
            ".ci/image", "python manage.py backup /tmp", _COMPOSED
        ),
        "docker compose cp rboard:/data/backup.tar.zst .": There(
            ".ci/image", "contained exec", _COMPOSED
        ),
        "helm status rboard": There(
            "rboard/tests/test_chart_extras.py", "test_notes_say_what_to_do_next", _CLUSTER
        ),
        "git pull": There(".ci/run", "git -c", "needs another repository; archived by this"),
        "git pull && docker compose up --build --detach": There(
            ".ci/image", "build_image", _COMPOSED
        ),
        "docker rm --force rboard": There(".ci/image", "rm --force rboard", _SERVER),
        "helm install rboard helm/rboard --wait": There(".ci/helm", "template rboard", _CLUSTER),
        "helm upgrade rboard helm/rboard --values site.yaml": There(
            ".ci/helm", "--is-upgrade", _CLUSTER
        ),
        "sudo -u rboard .venv/bin/python manage.py doctor": Here(
            "No problems", to=".venv/bin/python manage.py doctor"
        ),
        "manage.py export_board BOARD board.jsonl --with-votes": Here("comment vote"),
        "manage.py import_board board.jsonl --owner operator --same-source --apply": Here(
            "4 post", elsewhere=True
        ),
        "manage.py appoint BOARD NAME": Here("noor_a is"),
        "manage.py ensure_operator": Here("The operator is operator"),
        "manage.py doctor": Here("No problems"),
        "manage.py migrate": Here("No migrations to apply"),
        "manage.py backup /var/backups/rboard --keep 14": Here("rows of"),
        "manage.py restore FILE --verify": Here("Restored beside: all rows"),
        "manage.py readonly on --reason TEXT": Here("the site is read-only. TEXT"),
        "manage.py readonly off": Here("Off: the site takes changes"),
        "manage.py prune --apply": Here("old receipts"),
        "manage.py judge --apply": Here("No rule is true"),
        "manage.py recount": Here("Nothing to put right"),
        "manage.py check_tree": Here("0 faulty"),
        "manage.py send_mail": Here("0 failed"),
        "manage.py recount --apply": Here("Nothing to put right"),
        "manage.py check_tree --fix": Here("0 faulty"),
        "manage.py sign_in_link NAME": Here("/password-reset/"),
        "manage.py ban BOARD NAME": Here("is banned from"),
    },
    "backups.md": {
        "manage.py backup FILE-OR-FOLDER": Here("rows of"),
        "tar --zstd -xf": Here(to="tar --zstd -xf FILE", needs="zstd"),
        "--keep N": Here("rows of", to="manage.py backup FILE-OR-FOLDER --keep N"),
        _CRON_JOB: Here('"deleted"'),
        "manage.py restore FILE": Here("It was not put into the site"),
        "--into postgres://user:password@host/scratch": Here(
            "Restored beside: all rows",
            only="postgresql",
            to="manage.py restore FILE --verify --into postgres://user:password@host/scratch",
        ),
        '.venv/bin/python manage.py readonly on --reason "We bring back yesterday\'s backup."': (
            Here("We bring back yesterday's backup.")
        ),
        ".venv/bin/python manage.py restore FILE --verify --apply --replace": Here("Restored."),
        ".venv/bin/python manage.py migrate": Here("No migrations to apply"),
        "tar --zstd -xf FILE database.dump": Here(only="postgresql"),
        "pg_restore --no-owner --schema=public --dbname=NAME database.dump": Here(
            only="postgresql"
        ),
        "manage.py readonly": Here("the site"),
        "manage.py readonly on --reason TEXT": Here("the site is read-only. TEXT"),
        "manage.py readonly off": Here("Off: the site takes changes"),
    },
}
