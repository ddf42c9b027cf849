"""Numbers of rules that no calendar holds are cut; on SQLite no act of the log takes another's place.

SQLite runs no trigger for a row that INSERT OR REPLACE takes away. PostgreSQL knows no such insert.
"""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import migrations, models
from django.db.models import Q

NOT_REPLACED = """
CREATE TRIGGER act_is_not_replaced BEFORE INSERT ON moderation_act
WHEN EXISTS (SELECT 1 FROM moderation_act WHERE id = NEW.id OR undoes_id = NEW.undoes_id)
BEGIN SELECT RAISE(ABORT, 'the mod log only grows'); END
"""


def cut(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("moderation", "AutoRule").objects
    rules.filter(younger_than_days__gt=36_500).update(younger_than_days=36_500)
    desks = apps.get_model("moderation", "DeskSettings").objects
    desks.filter(newcomer_days__gt=3_650).update(newcomer_days=3_650)
    desks.filter(hold_first_posts__gt=100).update(hold_first_posts=100)


def keep_rows(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(NOT_REPLACED, params=None)


def let_rows_go(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER act_is_not_replaced")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0008_close_cases_of_deleted_texts")]

    operations = [
        migrations.RunPython(cut, migrations.RunPython.noop),
        migrations.AlterField(
            "autorule",
            "words",
            models.TextField(
                blank=True,
                help_text="One word or phrase a line; one of them must stand in the title or the "
                "text. Of a phrase the first ten words count.",
                max_length=5000,
                verbose_name="words",
            ),
        ),
        migrations.AlterField(
            "autorule",
            "younger_than_days",
            models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[MaxValueValidator(36_500)],
                verbose_name="account younger than (days)",
            ),
        ),
        migrations.AlterField(
            "desksettings",
            "hold_first_posts",
            models.PositiveSmallIntegerField(
                default=0,
                help_text="So many of each new member's first posts and comments wait for a "
                "moderator.",
                validators=[MaxValueValidator(100)],
                verbose_name="hold the first posts of newcomers",
            ),
        ),
        migrations.AlterField(
            "desksettings",
            "newcomer_days",
            models.PositiveSmallIntegerField(
                default=7,
                validators=[MaxValueValidator(3_650)],
                verbose_name="days for which a member is new",
            ),
        ),
        migrations.AddConstraint(
            "autorule",
            models.CheckConstraint(
                condition=Q(younger_than_days__lte=36_500),
                name="auto_rule_asks_for_an_age_that_can_be",
            ),
        ),
        migrations.AddConstraint(
            "desksettings",
            models.CheckConstraint(
                condition=Q(hold_first_posts__lte=100, newcomer_days__lte=3_650),
                name="desk_settings_are_within_reason",
            ),
        ),
        migrations.RunPython(keep_rows, let_rows_go),
    ]
