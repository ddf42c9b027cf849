"""A dump into PostgreSQL, in one transaction.

pg_restore makes SQL of it, and psql runs that behind the statements that empty the database. Were
the two connected by a pipe, psql would take a pg_restore that broke for the end and commit half.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import IO

from rboard.backups.errors import BackupError
from rboard.backups.tools import last_line

CHUNK = 256 * 1024
PSQL = ["--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1"]
# Who reads the site meanwhile is waited for no longer.
LOCK_SECONDS = 30


Program = subprocess.Popen[bytes]


def load(
    pg_restore: list[str],
    psql: str,
    environment: dict[str, str],
    before: list[str],
    dump: IO[bytes],
) -> None:
    """Run statements and then a dump. Raises BackupError, and then nothing was changed."""
    begin = ["BEGIN", f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'", *before]
    with (
        _program(pg_restore, environment, subprocess.PIPE) as (reader, reader_says),
        _program([psql, *PSQL], environment, subprocess.DEVNULL) as (writer, writer_says),
    ):
        feeder = Thread(target=_feed, args=(dump, reader.stdin), daemon=True)
        feeder.start()
        done = _went_through(reader, writer, "".join(f"{line};\n" for line in begin))
        reader.kill()
        writer.kill()
        feeder.join()
        if not done:
            said = _said(writer_says) or _said(reader_says)
            raise BackupError(f"nothing was changed, because the load failed: {last_line(said)}")


def _went_through(reader: Program, writer: Program, begin: str) -> bool:
    """Whether all that one program made was taken and committed by the other."""
    sql, into = reader.stdout, writer.stdin
    if sql is None or into is None:
        return False
    try:
        into.write(begin.encode())
        shutil.copyfileobj(sql, into, CHUNK)
        if reader.wait() != 0:
            return False
        into.write(b"\nCOMMIT;\n")
        into.close()
    except BrokenPipeError:
        return False
    return writer.wait() == 0


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
