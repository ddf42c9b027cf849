"""PostgreSQL refuses to TRUNCATE the mod log too; SQLite has no such statement."""

from typing import Any

from django.db import migrations

TRIGGER = """
CREATE TRIGGER act_is_not_truncated BEFORE TRUNCATE ON moderation_act
FOR EACH STATEMENT EXECUTE FUNCTION moderation_act_only_grows();
"""


def forward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGER, params=None)


def backward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER act_is_not_truncated ON moderation_act")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0006_more_verbs_and_outcomes")]
    operations = [migrations.RunPython(forward, backward)]
