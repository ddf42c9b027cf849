"""The site itself does things."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0014_rules_have_names_of_their_own")]

    operations = [
        migrations.AlterField(
            model_name="act",
            name="source",
            field=models.CharField(
                choices=[
                    ("web", "on the site"),
                    ("command", "by command"),
                    ("rule", "by a rule"),
                    ("site", "by the site itself"),
                ],
                default="web",
                max_length=10,
            ),
        ),
    ]
