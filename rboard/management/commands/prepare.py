"""What stands between a checkout and its first page, in one process, for `bin/run`."""

import hashlib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from boards.models import Board
from discussions import samples
from rboard.environment import boolean
from rboard.private_file import make_private_for

DEFAULT_URL = "http://localhost:8000"


class Command(BaseCommand):
    help = (
        "Makes the site ready to serve: migrates the database, loads sample boards into an "
        "empty one (not with SAMPLES=0), makes the operator's account, collects static files "
        "when they changed. Safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wants_samples = boolean("SAMPLES", True)  # here, before anything is made
        make_private_for(connection)
        try:
            connection.ensure_connection()
        except DatabaseError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"cannot use the database of DATABASE_URL: {reason}") from error
        call_command("migrate", interactive=False, verbosity=0)
        if wants_samples and is_empty():
            self.stdout.write("Loading sample boards")
            call_command("load_samples")
        self.collect_static()
        call_command("ensure_operator")
        self.stdout.write(how_to_try(), ending="")

    def collect_static(self) -> None:
        """Collects static files unless a stamp among them says that none changed since."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        fingerprint = static_fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(fingerprint)


def is_empty() -> bool:
    return not (Board.objects.exists() or get_user_model()._default_manager.exists())


def how_to_try() -> str:
    """A line on looking around as others than the operator, as long as the samples are there."""
    names = samples.TO_TRY
    if samples.sample_members().filter(username__in=names).count() < len(names):
        return ""
    here = settings.PUBLIC_URL
    address = "" if here == DEFAULT_URL else f"PUBLIC_URL={here} "
    command = f"{address}{sys.executable} manage.py sign_in_link {' '.join(names)}"
    return f"To try it as a moderator and a member: {command}\n"


def static_fingerprint() -> str:
    """A checksum over the path, size and time of every static file, and how they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = storage.path(name)
            stat = Path(path).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
