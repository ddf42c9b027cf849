"""What a member wrote is found without a walk over what was removed, or is on private boards."""

from django.db import migrations
from django.db.models import Q

from paging.keysets import KeysetIndex
from paging.operations import AddIndexConcurrently

LIVE = Q(deleted_at__isnull=True, removed_at__isnull=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("discussions", "0008_base_pairs_of_comments")]

    operations = [
        AddIndexConcurrently(
            "post",
            KeysetIndex(
                fields=["author", "-created_at", "-id"],
                condition=LIVE & Q(is_private=False),
                name="post_public_by_author",
            ),
        ),
        AddIndexConcurrently(
            "post",
            KeysetIndex(
                fields=["author", "board", "-created_at", "-id"],
                condition=LIVE & Q(is_private=True),
                name="post_private_by_author",
            ),
        ),
        AddIndexConcurrently(
            "comment",
            KeysetIndex(
                fields=["author", "-created_at", "-id"],
                condition=LIVE,
                name="comment_live_by_author",
            ),
        ),
    ]
