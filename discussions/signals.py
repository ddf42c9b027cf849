"""What discussions do when a member goes, from whichever place that is done."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts.models import Member
from discussions.locks import lock_trees
from discussions.models import Comment


@receiver(pre_delete, sender=Member)
def lock_what_they_wrote(sender: type[Member], instance: Member, **_: Any) -> None:
    """The author of many comments is about to be taken off, in whatever order they are found.

    Whoever replies changes the same rows under the tree's lock; without it the two could lock up.
    """
    lock_trees(Comment.objects.filter(author=instance).values_list("tree_id", flat=True))
