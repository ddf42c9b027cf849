"""Compares two backups: prints what differs between their databases, a line each."""

import os
import sys
from pathlib import Path

from rboard.backups.archive import read
from rboard.backups.contents import Contents, differences


def main(first: str, second: str) -> None:
    contents = [
        Contents.from_json(read(Path(path), lambda _count: None).manifest["contents"])
        for path in (first, second)
    ]
    for line in differences(*contents):
        print(line)


if __name__ == "__main__":
    # By the site's key a backup is known as its own.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
    main(*sys.argv[1:])
