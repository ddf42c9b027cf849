from django.db import migrations, models

from rboard.tests.later import LAST


class Migration(migrations.Migration):
    dependencies = [("boards", LAST)]
    operations = [
        migrations.AddField("board", "motto", models.CharField(max_length=100, null=True)),
    ]
