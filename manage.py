#!/usr/bin/env python3
"""The operator's commands: `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error, InterfaceError, OperationalError
from django.db.migrations.exceptions import MigrationSchemaMissing

# Of PostgreSQL's error codes.
NO_TABLES = {"42P01", "42703"}  # undefined_table, undefined_column
READ_ONLY = "25006"  # read_only_sql_transaction
FORBIDDEN = "42501"  # insufficient_privilege
NOBODY_READS = 141  # exit status, as a shell has it


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"rboard: {error}")
    except Error as error:
        if "--traceback" in sys.argv or not (told := trouble(error)):
            raise
        sys.exit(f"rboard: {told}")
    except BrokenPipeError:  # as of `manage.py … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOBODY_READS)
    except KeyboardInterrupt:
        sys.exit(130)


def trouble(error: Error) -> str:
    """What keeps every command from its work, and how to mend it; "" for a fault of the code."""
    if isinstance(error, MigrationSchemaMissing) and isinstance(error.__context__, Error):
        error = error.__context__  # why the first table of all can't be made
    reason = " ".join(str(error).split())
    first = str(error).partition("\n")[0]
    code = getattr(error.__cause__, "pgcode", "")
    if code == READ_ONLY:
        return f"the database takes no changes ({first}): is that of DATABASE_URL a standby?"
    if code == FORBIDDEN:
        return (
            f"the database's user may not do this ({first}): let it own the database, by "
            "ALTER DATABASE name OWNER TO user."
        )
    if code in NO_TABLES or reason.startswith(("no such table", "no such column")):
        return f"the database is not up to date ({first}): run manage.py migrate."
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    return f"cannot use the database of DATABASE_URL: {reason}."


if __name__ == "__main__":
    main()
