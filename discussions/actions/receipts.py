"""A form sent twice is answered once."""

from collections.abc import Callable
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from accounts.models import Member
from discussions.models import Receipt


def write_once(member: Member, kind: str, key: UUID | None, write: Callable[[], int]) -> int:
    """Run `write` in a transaction, or not at all if the same form was taken before.

    Returns the id that `write` returns, now or the first time; `kind` ("post", "comment") says of
    what, and a key of one kind of form means nothing to another. A second form that comes while the
    first is being written waits for it, at the unique row of the receipt.
    """
    if key is None:
        with transaction.atomic():
            return write()
    key = _of_kind(key, kind)
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


def was_taken(member: Member, kind: str, key: UUID | None) -> bool:
    """Whether this very form was taken before."""
    if key is None:
        return False
    return Receipt.objects.filter(member=member, key=_of_kind(key, kind)).exists()


def _of_kind(key: UUID, kind: str) -> UUID:
    return uuid5(key, kind)
