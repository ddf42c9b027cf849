"""An archive's posts, written a batch at a time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from boards.models import Board
from discussions import bulk
from discussions.importing import boards, columns, members
from discussions.importing.records import Submission
from discussions.importing.report import Report
from discussions.models import Post
