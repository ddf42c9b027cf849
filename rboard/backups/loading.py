"""A dump into PostgreSQL, in one transaction.

pg_restore makes SQL of it, and psql runs that behind the statements that empty the database. Were
the two connected by a pipe, psql would take a pg_restore that broke for the end and commit half.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from threading import Thread
from typing import IO

from rboard.backups.errors import BackupError
from rboard.backups.tools import last_line

CHUNK = 256 * 1024
PSQL = ["--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1"]
# Who reads the site meanwhile is waited for no longer.
LOCK_SECONDS = 30


class End(Enum):
    DONE, NOTHING, UNKNOWN = range(3)


# Of psql, by its exit status once it was told to commit: 3 is an error of a statement. Else it may
# have lost the server just when that committed.
ENDS = {0: End.DONE, 3: End.NOTHING}

Program = subprocess.Popen[bytes]


def load(
    pg_restore: list[str],
    psql: str,
    environment: dict[str, str],
    before: list[str],
    dump: IO[bytes],
    *,
    ours: bool,
) -> None:
    """Run statements and then a dump, which we made ourselves or not.

    Raises BackupError that says what is known of the database then: a dump of others may have ended
    the transaction by itself.
    """
    begin = ["BEGIN", f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'", *before]
    with (
        _program(pg_restore, environment, subprocess.PIPE) as (reader, reader_says),
        _program([psql, *PSQL], environment, subprocess.DEVNULL) as (writer, writer_says),
    ):
        feeder = Thread(target=_feed, args=(dump, reader.stdin), daemon=True)
        feeder.start()
        end = _went_through(reader, writer, "".join(f"{line};\n" for line in begin))
        reader.kill()
        writer.kill()
        feeder.join()
        if end != End.DONE:
            said = last_line(_said(writer_says) or _said(reader_says))
            if ours and end == End.NOTHING:
                raise BackupError(f"nothing was changed, because the load failed: {said}")
            raise BackupError(
                f"the load failed, and whether the database was changed is not known: {said}"
            )


def _went_through(reader: Program, writer: Program, begin: str) -> End:
    """Whether all that one program made was taken and committed by the other."""
    sql, into = reader.stdout, writer.stdin
    if sql is None or into is None:
        return End.NOTHING
    try:
        into.write(begin.encode())
        shutil.copyfileobj(sql, into, CHUNK)
        if reader.wait() != 0:
            return End.NOTHING
    except BrokenPipeError:
        return End.NOTHING
    with suppress(BrokenPipeError):
        into.write(b"\nCOMMIT;\n")
        into.close()
    return ENDS.get(writer.wait(), End.UNKNOWN)


def _feed(dump: IO[bytes], into: IO[bytes]) -> None:
    # Who stopped reading tells why itself.
    with suppress(BrokenPipeError), into:
        shutil.copyfileobj(dump, into, CHUNK)


@contextmanager
def _program(
    command: list[str], environment: dict[str, str], output: int
) -> Iterator[tuple[Program, IO[str]]]:
    """A program between two pipes and what it says; killed with the block."""
    with tempfile.TemporaryFile("w+") as said:
        child = subprocess.Popen(  # noqa: S603
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=said,
        )
        try:
            yield child, said
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    with suppress(BrokenPipeError):
                        pipe.close()


def _said(file: IO[str]) -> str:
    file.seek(0)
    return file.read()
