"""The migrations of boards, and one more as the next release may have it: see test_migrate."""

from boards import migrations

__path__ = [*migrations.__path__, *__path__]
