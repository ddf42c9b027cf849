"""The letters that a member takes along."""

from collections.abc import Iterator
from typing import Any

from accounts.export import moment
from accounts.models import Member
from inbox.models import Letter
from paging.batches import newest_first


def letters(member: Member) -> Iterator[dict[str, Any]]:
    for letter in newest_first(Letter.objects.of(member)):
        yield {
            "kind": letter.kind,
            "at": moment(letter.created_at),
            "read": moment(letter.read_at),
            **_words(letter),
        }


def _words(letter: Letter) -> dict[str, str]:
    """Of those that quote another member nothing is told: the words, and titles, are theirs."""
    if letter.has_sender:
        return {}
    return {"title": letter.title, "text": letter.excerpt, "address": letter.url}
