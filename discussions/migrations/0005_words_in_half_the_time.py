"""The words of a text are found in half the time, and are the same.

Most texts are ASCII, whose letters need not be taken apart; and only the signs that PostgreSQL's
parser reads as a part of a word, of numbers, paths, hosts and tags, have to be blanks.
"""

from typing import Any

from django.db import migrations

SIGNS = "&+-./:<@_~"

# Not STRICT, so that PostgreSQL puts it into the statements that call it.
WORDS = """
CREATE OR REPLACE FUNCTION discussions_words(written text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
SELECT to_tsvector('pg_catalog.simple', translate(
    CASE WHEN octet_length(written) = length(written) THEN lower(written{collation})
    ELSE regexp_replace(lower(normalize(written, NFKD){collation}), '[\\u0300-\\u036f]', '', 'g')
    END, '{signs}', '{blanks}'))
$body$
"""


def forward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
        collation = ' COLLATE "und-x-icu"' if cursor.fetchone() else ""
        blanks = " " * len(SIGNS)
        cursor.execute(WORDS.format(collation=collation, signs=SIGNS, blanks=blanks))


class Migration(migrations.Migration):
    dependencies = [("discussions", "0004_slugs_that_are_deeds")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
