"""Give cases that are there already what the queue is narrowed by, in batches."""

from datetime import timedelta
from typing import Any

from django.db import migrations

BATCH = 1_000
OLDER = 3
JOINED = ("post__author__joined_at", "comment__author__joined_at", "member__joined_at")


def forward(apps: Any, schema_editor: Any) -> None:
    cases = apps.get_model("moderation", "Case").objects.using(schema_editor.connection.alias)
    last = 0
    while True:
        some = cases.filter(pk__gt=last).order_by("pk")
        found = list(some.values_list("pk", "opened_at", "rule", *JOINED)[:BATCH])
        if not found:
            return
        last = found[-1][0]
        named = _named(apps, schema_editor, [row[0] for row in found])
        model = cases.model
        rows = [
            model(
                pk=pk,
                reason=named.get(pk) or rule,
                newness=_newness(opened_at, next(filter(None, joined), None)),
            )
            for pk, opened_at, rule, *joined in found
        ]
        cases.bulk_update(rows, ["reason", "newness"], batch_size=100)


def _named(apps: Any, schema_editor: Any, cases: list[int]) -> dict[int, str]:
    """The first rule of the board that the reports of each case name."""
    reports = apps.get_model("moderation", "Report").objects.using(schema_editor.connection.alias)
    rows = reports.filter(case__in=cases).exclude(rule="").order_by("-pk")
    return dict(rows.values_list("case", "rule"))


def _newness(opened_at: Any, joined_at: Any) -> int:
    if joined_at is None:
        return OLDER
    age = opened_at - joined_at
    return next((n for n, days in enumerate((1, 7, 30)) if age < timedelta(days=days)), OLDER)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("moderation", "0003_case_reason_and_newness")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop, elidable=True)]
