"""How many letters wait."""

from typing import Any

from django.db.models import QuerySet

from inbox.models import Letter
from paging import Given

MOST = 99


def unread(recipient: Given) -> "QuerySet[Letter, Any]":
    """No more of them than are told, because every page counts.

    In the order of the index, so that the database looks for them nowhere else.
    """
    letters = Letter.objects.filter(recipient=recipient).unread().order_by("-created_at")
    return letters[: MOST + 1].values_list("pk")
