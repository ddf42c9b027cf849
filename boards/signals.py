"""What boards do when a member goes, from whichever place that is done."""

from typing import Any

from django.db.models import F
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts.models import Member
from boards.models import Board


@receiver(pre_delete, sender=Member)
def leave_boards(sender: type[Member], instance: Member, **_: Any) -> None:
    """The subscriptions go with the account; count them off in the same transaction."""
    Board.objects.filter(subscriptions__member=instance).update(
        subscriber_count=F("subscriber_count") - 1
    )
