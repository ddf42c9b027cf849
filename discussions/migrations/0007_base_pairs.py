"""Points of texts that came without their votes: ups and downs that cancel each other out.

By hand, because Django would build the tables of SQLite anew for it, and lose the triggers that
keep the index of the search. PostgreSQL rewrites nothing.
"""

from django.db import migrations, models

ADD = "ALTER TABLE discussions_{table} ADD COLUMN base_pairs integer DEFAULT 0 NOT NULL"
DROP = "ALTER TABLE discussions_{table} DROP COLUMN base_pairs"


class Migration(migrations.Migration):
    dependencies = [("discussions", "0006_count_live_comments")]

    operations = [
        migrations.RunSQL(
            ADD.format(table=table),
            DROP.format(table=table),
            state_operations=[
                migrations.AddField(
                    table, "base_pairs", models.IntegerField(db_default=0, default=0)
                )
            ],
        )
        for table in ("post", "comment")
    ]
