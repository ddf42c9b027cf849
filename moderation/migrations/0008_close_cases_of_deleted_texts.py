"""Cases about texts that their authors deleted before deleting closed them: nobody decides those."""

from typing import Any

from django.db import migrations
from django.db.models import Q
from django.utils import timezone


def forward(apps: Any, schema_editor: Any) -> None:
    case, report = apps.get_model("moderation", "Case"), apps.get_model("moderation", "Report")
    gone = Q(post__deleted_at__isnull=False) | Q(comment__deleted_at__isnull=False)
    ids = list(case.objects.filter(gone, closed_at=None).values_list("pk", flat=True))
    report.objects.filter(case__in=ids, outcome="open").update(outcome="gone")
    case.objects.filter(pk__in=ids).update(closed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0007_log_is_not_emptied"),
        ("discussions", "0002_held_locked_pinned_labelled"),
    ]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
