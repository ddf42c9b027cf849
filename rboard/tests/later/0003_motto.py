from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("boards", "0002_offices_and_bans")]
    operations = [
        migrations.AddField("board", "motto", models.CharField(max_length=100, null=True)),
    ]
