"""By what the review queue is narrowed."""

from typing import Any

from django.utils.translation import gettext_lazy

FILTERS: list[tuple[str, Any, list[tuple[str, Any]]]] = [
    (
        "about",
        gettext_lazy("kind"),
        [
            ("", gettext_lazy("all")),
            ("post", gettext_lazy("posts")),
            ("comment", gettext_lazy("comments")),
            ("member", gettext_lazy("members")),
        ],
    ),
    (
        "source",
        gettext_lazy("from"),
        [
            ("", gettext_lazy("all")),
            ("members", gettext_lazy("members")),
            ("rules", gettext_lazy("rules")),
        ],
    ),
    (
        "claimed",
        gettext_lazy("claimed"),
        [("", gettext_lazy("all")), ("me", gettext_lazy("by me")), ("free", gettext_lazy("free"))],
    ),
    (
        "age",
        gettext_lazy("waiting for"),
        [
            ("", gettext_lazy("all")),
            ("day", gettext_lazy("a day or more")),
            ("week", gettext_lazy("a week or more")),
            ("month", gettext_lazy("a month or more")),
        ],
    ),
    (
        "order",
        gettext_lazy("first"),
        [("", gettext_lazy("oldest")), ("reports", gettext_lazy("most reported"))],
    ),
]
