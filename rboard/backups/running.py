"""How the commands run: what fails is one line, and whoever is told to stop leaves nothing half."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error

from rboard.backups.errors import BackupError

STOPPED = 143  # exit status of who was told to stop


@contextmanager
def run() -> Iterator[None]:
    usual = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(STOPPED))
    try:
        yield
    except (BackupError, Error) as error:
        raise CommandError(" ".join(str(error).split())) from error
    except OSError as error:
        raise CommandError(f"{error.filename or 'the disk'}: {error.strerror or error}") from error
    finally:
        signal.signal(signal.SIGTERM, usual)
