"""The database itself refuses to change or delete what stands in the mod log."""

from typing import Any

from django.db import migrations

SQLITE = """
CREATE TRIGGER act_is_not_{deed}d BEFORE {DEED} ON moderation_act
BEGIN SELECT RAISE(ABORT, 'the mod log only grows'); END
"""
POSTGRESQL = """
CREATE FUNCTION moderation_act_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the mod log only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER act_is_not_changed BEFORE UPDATE OR DELETE ON moderation_act
FOR EACH ROW EXECUTE FUNCTION moderation_act_only_grows();
"""


def forward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    for deed in ("update", "delete"):
        schema_editor.execute(SQLITE.format(deed=deed, DEED=deed.upper()), params=None)


def backward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION moderation_act_only_grows CASCADE")
        return
    for deed in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER act_is_not_{deed}d")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
