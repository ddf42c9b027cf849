from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_staff_by_groups")]

    operations = [
        migrations.AddField(
            "member",
            "origin",
            models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=200
            ),
        ),
    ]
