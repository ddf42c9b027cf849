"""What boards do when a member goes, from whichever place that is done."""

from typing import Any

from django.db.models import F
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts.models import Member
from boards.models import Board


@receiver(pre_delete, sender=Member)
def leave_boards(sender: type[Member], instance: Member, **_: Any) -> None:
    """The subscriptions go with the account; count them off in the same transaction.

    The boards by their ids, so that two who go at once wait for each other instead of locking up.
    """
    followed = Board.objects.filter(subscriptions__member=instance)
    # In two steps, because a lock in a subquery keeps no order.
    rows = followed.order_by("pk").select_for_update(no_key=True, of=("self",))
    ids = list(rows.values_list("pk", flat=True))
    Board.objects.filter(pk__in=ids).update(subscriber_count=F("subscriber_count") - 1)
