"""The root comments of a thread by date have an index of their own, as those of other orders.

Where PostgreSQL took a thread for a small one, it read all of its roots by one of those and sorted.
"""

from django.db import migrations
from django.db.models import Q

from paging.keysets import KeysetIndex
from paging.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("discussions", "0009_profiles_by_what_is_live")]

    operations = [
        AddIndexConcurrently(
            "comment",
            KeysetIndex(
                fields=["post", "-created_at", "-id"],
                condition=Q(parent__isnull=True),
                name="comment_root_by_created_at",
            ),
        ),
    ]
