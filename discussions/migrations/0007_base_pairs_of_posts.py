"""Points of texts that came without their votes: ups and downs that cancel each other out.

By hand, because Django would build the tables of SQLite anew for it, and lose the triggers that
keep the index of the search. PostgreSQL rewrites nothing. Comments have a migration of their own: one
that locks both tables would meet replies, which take them the other way round.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("discussions", "0006_count_live_comments")]
    safe_because = {"RunSQL": "a column with a constant default is added without a look at rows"}

    operations = [
        migrations.RunSQL(
            "ALTER TABLE discussions_post ADD COLUMN base_pairs integer DEFAULT 0 NOT NULL",
            "ALTER TABLE discussions_post DROP COLUMN base_pairs",
            state_operations=[
                migrations.AddField(
                    "post", "base_pairs", models.IntegerField(db_default=0, default=0)
                )
            ],
        )
    ]
