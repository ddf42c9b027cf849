"""The words of posts and comments, indexed for the search.

The database keeps the index itself, by triggers, so that nothing that writes a text can forget it:
an archive, a restored backup, an operator's hand. On PostgreSQL it is a table beside that of the
texts, whose rows are written anew with each vote; on SQLite an FTS5 index over them.
"""

from sqlite3 import complete_statement
from typing import Any

from django.db import migrations

TABLES = {
    "post": ["title", "text", "url"],
    "comment": ["text"],
}
# What PostgreSQL's parser would make signs, paths and hosts of parts words in SQLite.
SIGNS = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"

# Letters are compared without case and accents, in all languages whatever the locale.
POSTGRESQL_WORDS = """
CREATE FUNCTION discussions_words(written text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
SELECT to_tsvector('pg_catalog.simple', translate(
    regexp_replace(lower(normalize(written, NFKD){collation}), '[\\u0300-\\u036f]', '', 'g'),
    {signs}, {blanks}))
$body$
"""
POSTGRESQL = """
CREATE TABLE discussions_{name}words (id bigint PRIMARY KEY, words tsvector NOT NULL);
CREATE FUNCTION discussions_{name}_written() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO discussions_{name}words SELECT id, discussions_words({written}) FROM rows_written;
    RETURN NULL;
END $body$;
CREATE FUNCTION discussions_{name}_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE discussions_{name}words SET words = discussions_words({new}) WHERE id = NEW.id;
    RETURN NULL;
END $body$;
CREATE FUNCTION discussions_{name}_gone() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    DELETE FROM discussions_{name}words WHERE id IN (SELECT id FROM rows_gone);
    RETURN NULL;
END $body$;
CREATE FUNCTION discussions_{name}_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    TRUNCATE discussions_{name}words;
    RETURN NULL;
END $body$;

CREATE TRIGGER {name}_written AFTER INSERT ON discussions_{name}
REFERENCING NEW TABLE AS rows_written
FOR EACH STATEMENT EXECUTE FUNCTION discussions_{name}_written();
CREATE TRIGGER {name}_changed AFTER UPDATE OF {columns} ON discussions_{name}
FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new}))
EXECUTE FUNCTION discussions_{name}_changed();
CREATE TRIGGER {name}_gone AFTER DELETE ON discussions_{name}
REFERENCING OLD TABLE AS rows_gone
FOR EACH STATEMENT EXECUTE FUNCTION discussions_{name}_gone();
CREATE TRIGGER {name}_emptied AFTER TRUNCATE ON discussions_{name}
FOR EACH STATEMENT EXECUTE FUNCTION discussions_{name}_emptied();

-- Behind the triggers, for which whoever writes has to wait: so no text is left out.
INSERT INTO discussions_{name}words
SELECT id, discussions_words({written}) FROM discussions_{name};
CREATE INDEX {name}_by_word ON discussions_{name}words USING gin (words);
"""
POSTGRESQL_BACKWARD = """
DROP FUNCTION discussions_{name}_written, discussions_{name}_changed, discussions_{name}_gone,
    discussions_{name}_emptied CASCADE;
DROP TABLE discussions_{name}words;
"""
SQLITE = """
CREATE VIRTUAL TABLE discussions_{name}words USING fts5(
    {columns}, content='discussions_{name}', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO discussions_{name}words(discussions_{name}words) VALUES ('rebuild');
CREATE TRIGGER {name}_written AFTER INSERT ON discussions_{name} BEGIN
    INSERT INTO discussions_{name}words (rowid, {columns}) VALUES (new.id, {new});
END;
CREATE TRIGGER {name}_changed AFTER UPDATE OF {columns} ON discussions_{name}
WHEN ({old}) IS NOT ({new}) BEGIN
    INSERT INTO discussions_{name}words (discussions_{name}words, rowid, {columns})
    VALUES ('delete', old.id, {old});
    INSERT INTO discussions_{name}words (rowid, {columns}) VALUES (new.id, {new});
END;
CREATE TRIGGER {name}_gone AFTER DELETE ON discussions_{name} BEGIN
    INSERT INTO discussions_{name}words (discussions_{name}words, rowid, {columns})
    VALUES ('delete', old.id, {old});
END;
"""
SQLITE_BACKWARD = """
DROP TRIGGER {name}_written;
DROP TRIGGER {name}_changed;
DROP TRIGGER {name}_gone;
DROP TABLE discussions_{name}words;
"""


def forward(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        _on_sqlite(connection, SQLITE)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
        collation = ' COLLATE "und-x-icu"' if cursor.fetchone() else ""
        signs, blanks = (f"$signs${text}$signs$" for text in (SIGNS, " " * len(SIGNS)))
        cursor.execute(POSTGRESQL_WORDS.format(collation=collation, signs=signs, blanks=blanks))
        for name, columns in TABLES.items():
            cursor.execute(
                POSTGRESQL.format(
                    name=name,
                    columns=", ".join(columns),
                    written=" || ' ' || ".join(columns),
                    new=" || ' ' || ".join(f"NEW.{column}" for column in columns),
                    old=" || ' ' || ".join(f"OLD.{column}" for column in columns),
                )
            )


def backward(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        _on_sqlite(connection, SQLITE_BACKWARD)
        return
    for name in TABLES:
        schema_editor.execute(POSTGRESQL_BACKWARD.format(name=name))
    schema_editor.execute("DROP FUNCTION discussions_words")


def _on_sqlite(connection: Any, script: str) -> None:
    """Statement by statement: `executescript` would end the transaction."""
    with connection.cursor() as cursor:
        for name, columns in TABLES.items():
            filled = script.format(
                name=name,
                columns=", ".join(columns),
                new=", ".join(f"new.{column}" for column in columns),
                old=", ".join(f"old.{column}" for column in columns),
            )
            statement = ""
            for line in filled.splitlines():
                statement += line + "\n"
                if complete_statement(statement):
                    cursor.execute(statement)
                    statement = ""


class Migration(migrations.Migration):
    dependencies = [("discussions", "0002_held_locked_pinned_labelled")]
    operations = [migrations.RunPython(forward, backward)]
