"""Runs a part of the benchmark, or of a drill, that needs Django, in a process of its own.

python -m bench.inside PART [JSON]: `main` of bench.PART, or of drills.PART if it is called so, is
given what the JSON says and returns what is printed as JSON.
"""

import importlib
import json
import os
import sys

import django


def main(part: str, options: str = "{}") -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
    django.setup()
    # Imported by name because models can't be before django.setup().
    module = importlib.import_module(part if "." in part else f"bench.{part}")
    print(json.dumps(module.main(**json.loads(options))))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
