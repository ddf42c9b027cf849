"""As the migration before did for posts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("discussions", "0007_base_pairs_of_posts")]
    safe_because = {"RunSQL": "a column with a constant default is added without a look at rows"}

    operations = [
        migrations.RunSQL(
            "ALTER TABLE discussions_comment ADD COLUMN base_pairs integer DEFAULT 0 NOT NULL",
            "ALTER TABLE discussions_comment DROP COLUMN base_pairs",
            state_operations=[
                migrations.AddField(
                    "comment", "base_pairs", models.IntegerField(db_default=0, default=0)
                )
            ],
        )
    ]
