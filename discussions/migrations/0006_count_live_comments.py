"""A post's comments are counted as a board's posts are: those that are there for all to read."""

from typing import Any

from django.db import migrations
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

POSTS_PER_BATCH = 1_000
GONE = Q(deleted_at__isnull=False) | Q(removed_at__isnull=False)


def count(apps: Any, schema_editor: Any) -> None:
    """Of the posts that have others, in batches; cut off, it is done again from the start."""
    posts = apps.get_model("discussions", "Post").objects
    comments = apps.get_model("discussions", "Comment").objects
    with_gone = comments.filter(GONE).order_by().values_list("post", flat=True)
    pks = sorted(set(with_gone.distinct().iterator()))
    live = comments.filter(~GONE, post=OuterRef("pk")).order_by().values("post")
    counted = Coalesce(Subquery(live.annotate(count=Count("pk")).values("count")), 0)
    for start in range(0, len(pks), POSTS_PER_BATCH):
        some = pks[start : start + POSTS_PER_BATCH]
        posts.filter(pk__in=some).update(comment_count=counted)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("discussions", "0005_words_in_half_the_time")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
