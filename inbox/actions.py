"""Letters sent, withdrawn and read."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Member
from inbox.models import Letter
from paging.writing import insert

LETTERS_AT_ONCE = 1_000


def send(letters: Iterable[Letter]) -> None:
    """Put letters into their inboxes, in the caller's transaction; at most one a subject."""
    written = list(letters)
    if len(written) == 1:  # as most replies send; the SQL is made already
        insert(written[0], ignore_conflicts=True)
    else:
        Letter.objects.bulk_create(written, batch_size=LETTERS_AT_ONCE, ignore_conflicts=True)


def withdraw(subject_key: str) -> None:
    """Take back the letters about a subject that is gone."""
    Letter.objects.about(subject_key).delete()


def withdraw_within(subject_key: str, *, keep: Iterable[int] = ()) -> None:
    """Take back every letter about a subject and all it holds, but for the members in `keep`."""
    Letter.objects.within(subject_key).exclude(recipient__in=keep).delete()


def retitle(subject_key: str, title: str) -> None:
    """Let the letters about what a subject holds speak of it by another title."""
    Letter.objects.within(subject_key).update(title=title)


def mark_read(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).unread().update(read_at=timezone.now())


def mark_all_read(member: Member) -> None:
    Letter.objects.of(member).unread().update(read_at=timezone.now())
