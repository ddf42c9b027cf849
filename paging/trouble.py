"""What a database's error means to whoever runs a command."""

from django.db import Error, InterfaceError, OperationalError
from django.db.migrations.exceptions import MigrationSchemaMissing

# Of PostgreSQL's error codes.
NO_TABLES = {"42P01", "42703"}  # undefined_table, undefined_column
READ_ONLY = "25006"  # read_only_sql_transaction
FORBIDDEN = "42501"  # insufficient_privilege


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


def in_a_line(error: Exception) -> str:
    """The trouble of a database's error, or else what any error says."""
    told = trouble(error) if isinstance(error, Error) else ""
    return told or " ".join(str(error).split())
