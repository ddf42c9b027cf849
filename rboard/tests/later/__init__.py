"""The migrations of boards, and two more as the next release may have them: see test_migrate."""

from boards import migrations

__path__ = [*migrations.__path__, *__path__]
