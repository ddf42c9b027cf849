"""A form sent twice is answered once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Member
from discussions.models import Comment, Post, Receipt
from paging.plans import Planned


def form_key(once: UUID | None, kind: str, *typed: str) -> UUID | None:
    """The key of what was sent: of one kind of form, and of what was typed into it.

    A browser may show a page as it was, with its form; other words in it are another writing.
    """
    return once and uuid5(once, "\0".join((kind, *typed)))


def write_once(
    member: Member, key: UUID | None, model: type[Post | Comment], write: Callable[[int], None]
) -> int:
    """Run `write` in a transaction, or not at all if the same was sent before (see form_key).

    Returns the id of what was written, now or the first time; `write` is given it. A second form
    that comes while the first is being written waits for it, at the unique row of the receipt.
    """
    with transaction.atomic():
        if key is None:
            object_id, is_new = _take_id(model), True
        else:
            object_id, is_new = _take_id_once(member, key, model)
        if is_new:
            write(object_id)
        return object_id


# The next id of a table, as PostgreSQL or SQLite would give it. On SQLite transactions that write
# come one after the other, so that nobody else can take it meanwhile.
_NEXT_ID = {
    "postgresql": "nextval(pg_get_serial_sequence(%s, 'id'))",
    "sqlite": "1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0)",
}


_WRITE = {
    vendor: Planned(
        "INSERT INTO discussions_receipt (member_id, key, object_id, created_at) "
        f"VALUES (%s, %s, {next_id}, %s) ON CONFLICT DO NOTHING RETURNING object_id",
        size=4,
    )
    for vendor, next_id in _NEXT_ID.items()
}


def _take_id(model: type[Post | Comment]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NEXT_ID[connection.vendor]}", [model._meta.db_table])
        new_id: int = cursor.fetchone()[0]
    return new_id


def _take_id_once(member: Member, key: UUID, model: type[Post | Comment]) -> tuple[int, bool]:
    """A new id, written into the receipt in the same statement; or that of a receipt before."""
    values = [
        member.pk,
        Receipt._meta.get_field("key").get_db_prep_value(key, connection),
        model._meta.db_table,
        connection.ops.adapt_datetimefield_value(timezone.now()),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE[connection.vendor], values)
        new = cursor.fetchone()
    if new:
        return new[0], True
    before: Any = Receipt.objects.get(member=member, key=key)
    return before.object_id, False


def was_taken(member: Member, key: UUID | None) -> bool:
    """Whether the same was sent before."""
    return key is not None and Receipt.objects.filter(member=member, key=key).exists()
