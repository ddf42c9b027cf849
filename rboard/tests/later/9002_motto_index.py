from django.db import migrations, models

from paging.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("boards", "9001_motto")]
    operations = [
        AddIndexConcurrently("board", models.Index(fields=["motto"], name="board_motto")),
    ]
