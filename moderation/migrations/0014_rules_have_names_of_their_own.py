"""No two rules of a board, nor two of the site, are of one name, in any case: doubles get a number."""

from typing import Any

from django.db import migrations, models
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

NAME_LENGTH = 100


def part(apps: Any, schema_editor: Any) -> None:
    """The oldest of each name keeps it, another is "name (2)". The log keeps what it says."""
    rules = apps.get_model("moderation", "AutoRule").objects
    # As the database itself tells names apart.
    lowered = rules.annotate(lowered=Lower("name"))
    groups = lowered.order_by().values("board", "lowered").annotate(many=Count("pk"))
    for group in list(groups.filter(many__gt=1)):
        named = lowered.filter(board=group["board"], lowered=group["lowered"]).order_by("pk")
        for rule in list(named)[1:]:
            others = lowered.filter(board=group["board"])
            # Processes that have the rule in memory read it again.
            rules.filter(pk=rule.pk).update(
                name=_free(rule.name, others), changed_at=timezone.now()
            )


def _free(name: str, others: Any) -> str:
    number = 2
    while True:
        end = f" ({number})"
        found = name[: NAME_LENGTH - len(end)] + end
        if not others.filter(lowered=Lower(Value(found))).exists():
            return found
        number += 1


class Migration(migrations.Migration):
    dependencies = [("moderation", "0013_lanes_and_facets_of_cases")]

    operations = [
        migrations.RunPython(part, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="autorule",
            constraint=models.UniqueConstraint(
                F("board"),
                Lower("name"),
                name="auto_rule_name_is_unique_on_its_board",
                violation_error_message="There is a rule of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="autorule",
            constraint=models.UniqueConstraint(
                Lower("name"),
                condition=Q(board__isnull=True),
                name="auto_rule_name_is_unique_on_the_site",
                violation_error_message="There is a rule of this name already.",
            ),
        ),
    ]
