#!/usr/bin/env python3
"""The operator's commands: `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error, InterfaceError, OperationalError, ProgrammingError

NO_TABLES = {"42P01", "42703"}  # undefined_table, undefined_column: of PostgreSQL's error codes


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"rboard: {error}")
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        if "--traceback" in sys.argv or not (told := trouble(error)):
            raise
        sys.exit(f"rboard: {told}")
    except KeyboardInterrupt:
        sys.exit(130)


def trouble(error: Error) -> str:
    """What keeps every command from its work, and how to mend it; "" for a fault of the code."""
    reason = " ".join(str(error).split())
    first = str(error).partition("\n")[0]
    missing = getattr(error.__cause__, "pgcode", "") in NO_TABLES
    if missing or reason.startswith(("no such table", "no such column")):
        return f"the database is not up to date ({first}): run manage.py migrate."
    if isinstance(error, ProgrammingError):
        return ""
    return f"cannot use the database of DATABASE_URL: {reason}."


if __name__ == "__main__":
    main()
