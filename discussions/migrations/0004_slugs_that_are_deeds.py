"""Threads whose slug became the word of a deed get another, under which they open."""

from typing import Any

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat

# As they were when this was written; who adds a word moves the slugs that it takes.
TAKEN = """
    approve ban c delete edit feed history label lock pin reason remove reply report restore spam
    vote why
""".split()


def forward(apps: Any, schema_editor: Any) -> None:
    posts = apps.get_model("discussions", "Post").objects.filter(slug__in=TAKEN)
    posts.update(slug=Concat("slug", Value("-post")))


class Migration(migrations.Migration):
    dependencies = [("discussions", "0003_search")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
