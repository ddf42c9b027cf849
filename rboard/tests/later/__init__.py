"""The migrations of boards, and two more as the next release may have them: see test_migrate."""

from pathlib import Path

from boards import migrations

LAST = max(path.stem for path in Path(migrations.__path__[0]).glob("0*.py"))

__path__ = [*migrations.__path__, *__path__]
