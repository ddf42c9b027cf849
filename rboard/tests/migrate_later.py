"""`manage.py migrate` of the next release, in a process of its own."""

import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line


def main() -> None:
    settings.MIGRATION_MODULES = {"boards": "rboard.tests.later"}
    django.setup()
    execute_from_command_line(["manage.py", "migrate", *sys.argv[1:]])


if __name__ == "__main__":
    main()
