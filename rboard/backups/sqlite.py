"""A site's SQLite file: copied while others write, and loaded again."""

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from django.db.backends.base.base import BaseDatabaseWrapper

from rboard.backups.contents import LEFT_OUT, SOMEBODY, Contents, Table
from rboard.backups.errors import BackupError
from rboard.private_file import make_private

PAGES_PER_STEP = 1_000
WAIT_SECONDS = 30.0


class SQLite:
    """The database of one connection of Django."""

    kind = "sqlite"
    part = "database.sqlite3"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.path = Path(str(connection.settings_dict["NAME"]))

    def version(self) -> str:
        return sqlite3.sqlite_version

    def copy(self, folder: Path, advance: Callable[[int], Any]) -> tuple[Path, Contents]:
        """A copy of one moment, proved whole, in a folder, and what is in it."""
        path = folder / self.part
        with (
            _told(f"{self.path}, copied into {folder.parent}"),
            closing(self._open("rw")) as source,
            closing(sqlite3.connect(path)) as copy,
        ):
            # This moment is held while pages are copied, step by step; else each write of others
            # would make it begin again. In WAL nobody waits for it.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=PAGES_PER_STEP, progress=_pages(source, advance))
            copy.execute("PRAGMA journal_mode=DELETE")
            _prove(copy)
            # Overwritten too, or their bytes would stay in the file.
            copy.execute("PRAGMA secure_delete=ON")
            for name in {*LEFT_OUT}.intersection(_tables(copy)):
                copy.execute(f"DELETE FROM {name}")
            copy.commit()
            return path, read(copy)

    def is_empty(self) -> bool:
        """Whether there is nothing to be lost: no table, or a new site without anybody."""
        if not self.path.exists():
            return True
        with _told(self.path), closing(self._open("rw")) as database:
            tables = _tables(database)
            if not set(SOMEBODY) <= set(tables):
                return not tables
            filled = [f"SELECT 1 FROM {name} LIMIT 1" for name in SOMEBODY]
            return not any(database.execute(rows).fetchone() for rows in filled)

    def load(self, dump: IO[bytes], *, ours: bool = True) -> None:
        """Put a copy in the place of everything that is there: all of it, or nothing."""
        make_private(self.path)
        with self._beside() as folder:
            copied = folder / self.part
            with copied.open("wb") as file:
                shutil.copyfileobj(dump, file)
            with (
                _told(self.path),
                closing(sqlite3.connect(copied)) as copy,
                closing(self._open("rwc")) as database,
            ):
                _prove(copy)
                # Not by another file of this name: processes that have the old one open would
                # go on with that, and its log would be taken for the new one's.
                copy.backup(database)

    def contents(self) -> Contents:
        with _told(self.path), closing(self._open("rw")) as database:
            _prove(database)
            return read(database)

    @contextmanager
    def scratch(self, into: str) -> Iterator["SQLite"]:
        """An empty database beside, gone with the block."""
        if into:
            raise BackupError("--into is for PostgreSQL: SQLite needs no database made before")
        with self._beside() as folder:
            other = self.connection.copy()
            other.settings_dict["NAME"] = str(folder / "scratch.sqlite3")
            try:
                yield SQLite(other)
            finally:
                other.close()

    @contextmanager
    def _beside(self) -> Iterator[Path]:
        """A folder of nobody else where there is room for a database."""
        with tempfile.TemporaryDirectory(
            prefix=f".{self.path.name}-verify-", dir=self.path.parent
        ) as name:
            yield Path(name)

    def _open(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)


@contextmanager
def _told(about: Path | str) -> Iterator[None]:
    """What SQLite says goes to the operator: a full disk, a file that can't be opened."""
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"SQLite says of {about}: {error}") from error


def _pages(
    source: sqlite3.Connection, advance: Callable[[int], Any]
) -> Callable[[int, int, int], None]:
    size = source.execute("PRAGMA page_size").fetchone()[0]
    done = 0

    def progress(_status: int, remaining: int, total: int) -> None:
        nonlocal done
        advance((total - remaining - done) * size)
        done = total - remaining

    return progress


def _prove(database: sqlite3.Connection) -> None:
    """Raises BackupError if SQLite finds the file damaged."""
    try:
        found = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise BackupError(f"the copy of the database is damaged: {'; '.join(found)}")


def _tables(database: sqlite3.Connection) -> list[str]:
    """All but indexes for the search, which SQLite keeps in tables of its own."""
    rows = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = [name for name, sql in rows if sql and sql.upper().startswith("CREATE VIRTUAL")]
    shadows = tuple(f"{name}_" for name in virtual)
    return sorted(
        name for name, _sql in rows if name not in virtual and not name.startswith(shadows or "\0")
    )


def read(database: sqlite3.Connection) -> Contents:
    """What is in a database that nobody writes to."""
    found = "SELECT type || ' ' || name FROM sqlite_master WHERE type != 'table' ORDER BY 1"
    tables = _tables(database)
    has_migrations = "django_migrations" in tables
    migrations = "SELECT app || '.' || name FROM django_migrations ORDER BY id"
    return Contents(
        tables={name: _table(database, name) for name in tables},
        sequences={},  # in a table, like all else
        objects=[row[0] for row in database.execute(found)],
        migrations=[row[0] for row in database.execute(migrations)] if has_migrations else [],
    )


def _table(database: sqlite3.Connection, name: str) -> Table:
    columns = database.execute("SELECT name, pk FROM pragma_table_xinfo(?)", [name]).fetchall()
    key = [column for column, place in sorted(columns, key=lambda row: row[1]) if place]
    shown = ", ".join(map(_quoted, sorted(column for column, _place in columns)))
    order = ", ".join(map(_quoted, key)) or shown
    # Bytes, because a text may hold what is no UTF-8.
    database.text_factory = bytes
    rows, digest = 0, hashlib.sha256(shown.encode())
    try:
        for row in database.execute(f"SELECT {shown} FROM {_quoted(name)} ORDER BY {order}"):
            rows += 1
            digest.update(ascii(row).encode())
    finally:
        database.text_factory = str
    return Table(rows, digest.hexdigest())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
