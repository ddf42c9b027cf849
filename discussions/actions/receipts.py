"""A form sent twice is answered once."""

from collections.abc import Callable
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from accounts.models import Member
from discussions.models import Receipt


def form_key(once: UUID | None, kind: str, *typed: str) -> UUID | None:
    """The key of what was sent: of one kind of form, and of what was typed into it.

    A browser may show a page as it was, with its form; other words in it are another writing.
    """
    return once and uuid5(once, "\0".join((kind, *typed)))


def write_once(member: Member, key: UUID | None, write: Callable[[], int]) -> int:
    """Run `write` in a transaction, or not at all if the same was sent before (see form_key).

    Returns the id that `write` returns, now or the first time. A second form that comes while the
    first is being written waits for it, at the unique row of the receipt.
    """
    if key is None:
        with transaction.atomic():
            return write()
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(member=member, key=key)
            object_id = write()
            Receipt.objects.filter(pk=receipt.pk).update(object_id=object_id)
            return object_id
    except IntegrityError:
        receipt_before = Receipt.objects.filter(member=member, key=key).first()
        if receipt_before is None or receipt_before.object_id is None:
            raise
        return receipt_before.object_id


def was_taken(member: Member, key: UUID | None) -> bool:
    """Whether the same was sent before."""
    return key is not None and Receipt.objects.filter(member=member, key=key).exists()
