"""Statements that PostgreSQL plans once for each connection."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg2 import extensions

from paging.plans import Planned, PlanningCursor, Together, plan_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    connection.close()
    ask("CREATE TABLE planned_words (id int, word varchar(5))")
    ask("INSERT INTO planned_words VALUES (1, 'one'), (2, 'two')")
    yield
    ask("DROP TABLE planned_words")
    connection.close()


def ask(statement: str, *params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def word_of() -> Planned:
    return Planned("SELECT word, %s FROM planned_words WHERE id = %s", size=2, given=[1])


def plans() -> list[str]:
    return [name for (name,) in ask("SELECT name FROM pg_prepared_statements")]


def test_it_is_planned_once_and_asked_for_other_values() -> None:
    statement = word_of()
    assert ask(statement, "50%", 1) == [("one", "50%")]
    assert plans() == []  # the connection may not live to a second time
    for number, word in ((2, "two"), (1, "one"), (2, "two")):
        assert ask(statement, "50%", number) == [(word, "50%")]
        assert plans() == [statement.name]


def test_each_connection_has_its_own() -> None:
    statement = word_of()
    for _ in range(2):
        for _ in range(3):
            assert ask(statement, "x", 1) == [("one", "x")]
        connection.close()
    assert plans() == []


def test_it_outlives_the_transaction_that_asked_first() -> None:
    statement = word_of()
    with transaction.atomic():
        ask(statement, "x", 1)
        ask(statement, "x", 1)
        transaction.set_rollback(True)
    assert ask(statement, "x", 2) == [("two", "x")]


def test_it_tells_how_many_rows_it_changed() -> None:
    statement = Planned("UPDATE planned_words SET word = %s WHERE id < %s", size=2)
    with connection.cursor() as cursor:
        for limit, changed in ((3, 2), (2, 1), (3, 2), (1, 0)):
            cursor.execute(statement, ["new", limit])
            assert cursor.rowcount == changed


def test_who_counts_queries_sees_what_was_asked() -> None:
    statement = word_of()
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            ask(statement, "x", 1)
        ask("SELECT 1")
    said = [query["sql"] for query in queries]
    assert said == 3 * ["SELECT word, 'x' FROM planned_words WHERE id = 1"] + ["SELECT 1"]


def test_a_column_that_grew_is_read_on() -> None:
    statement = word_of()
    ask(statement, "x", 1)
    ask(statement, "x", 1)
    ask("ALTER TABLE planned_words ALTER word TYPE varchar(9)")
    assert ask(statement, "x", 1) == [("one", "x")]
    assert ask(statement, "x", 2) == [("two", "x")]


def test_a_column_that_grew_ends_a_transaction_at_most() -> None:
    statement = word_of()
    ask(statement, "x", 1)
    ask(statement, "x", 1)
    ask("ALTER TABLE planned_words ALTER word TYPE varchar(9)")
    with pytest.raises(DatabaseError), transaction.atomic():
        ask(statement, "x", 1)
    with transaction.atomic():
        assert ask(statement, "x", 2) == [("two", "x")]


@pytest.mark.parametrize("of_pooler", [True, False])
def test_nothing_is_planned_behind_a_pooler(of_pooler: bool) -> None:
    """It gives each transaction another connection, and tells a process that is none of them."""
    driver: Any = SimpleNamespace(
        cursor=connection.connection.cursor,
        cursor_factory=extensions.cursor,
        info=SimpleNamespace(
            backend_pid=connection.connection.info.backend_pid + (1 if of_pooler else 0)
        ),
    )
    plan_once(SimpleNamespace(vendor="postgresql", connection=driver))
    assert (driver.cursor_factory is extensions.cursor) == of_pooler
    assert isinstance(connection.connection.cursor(), PlanningCursor)


def test_of_what_is_sent_together_each_is_planned_once() -> None:
    change = Planned("UPDATE planned_words SET word = %s WHERE id = %s", size=2)
    read = word_of()
    for number, word in ((1, "new"), (2, "old"), (1, "last")):
        both = Together([change, read])
        assert ask(both, word, number, "50%", number) == [(word, "50%")]
    assert sorted(plans()) == sorted([change.name, read.name])


def test_the_beginning_of_an_index_is_read_also_where_few_rows_are_expected() -> None:
    """Of an owner who has many, all would be read for the first, in the order of their pages."""
    ask("CREATE TEMP TABLE leaf (id int, owner int, rank int, words text)")
    ask(
        "INSERT INTO leaf SELECT n, n %% 200, n * 7919 %% 10007, repeat('word', 200)"
        " FROM generate_series(1, 20000) AS n"
    )
    ask("CREATE INDEX ON leaf (owner, rank, id)")
    ask("ANALYZE leaf")
    ask(
        "PREPARE first_leaves (int) AS SELECT * FROM leaf WHERE owner = $1"
        " ORDER BY rank DESC, id DESC LIMIT 201"
    )
    ask("SET plan_cache_mode = force_generic_plan")
    plan = "\n".join(line for (line,) in ask("EXPLAIN EXECUTE first_leaves (1)"))
    assert "Index Scan" in plan
    assert "Sort" not in plan
