#!/usr/bin/env python3
"""The operator's commands: `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error

from paging.trouble import trouble

NOBODY_READS = 141  # exit status, as a shell has it


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"rboard: {error}")
    except Error as error:
        if "--traceback" in sys.argv or not (told := trouble(error)):
            raise
        sys.exit(f"rboard: {told}")
    except BrokenPipeError:  # as of `manage.py … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOBODY_READS)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
