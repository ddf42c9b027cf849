"""What floors above may listen to, and what discussions do when a member goes.

`written`, `edited` and `deleted` are sent with `content`, a post or a comment, in the transaction
that does it. An edited text is locked; of a new one the board is held and its tree locked, so that
nobody may ask for more of the board, unless it is a post. Who hears of a text that is written or
edited may take it off: then `content.removed_at` is set, no letters are sent, and it makes nothing
active. Archives and samples don't send them.

`voted` is sent with the `target` of a vote that was given, changed or taken back.

`removed_shown` is sent when a page of a thread shows removed `comments` (as they are shown) to a
`viewer` who moderates the `board`: who hears of it sets `stays_removed` on those that are not the
viewer's to restore.

`shown_to_moderator` is sent likewise with all `comments` of the page: who hears of it says of each
how many `reports` of it wait, and whether its author is `out_of_reach` of the viewer.
"""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import Signal, receiver

from accounts.models import Member
from discussions.locks import lock_trees
from discussions.models import Comment

written = Signal()
edited = Signal()
deleted = Signal()
voted = Signal()
removed_shown = Signal()
shown_to_moderator = Signal()


@receiver(pre_delete, sender=Member)
def lock_what_they_wrote(sender: type[Member], instance: Member, **_: Any) -> None:
    """The author of many comments is about to be taken off, in whatever order they are found.

    Whoever replies changes the same rows under the tree's lock; without it the two could lock up.
    """
    lock_trees(Comment.objects.filter(author=instance).values_list("tree_id", flat=True))
