"""The desk: the review queue and what is around it, and the scope of moderators in the admin."""

from moderation.admin import appeals, content, desk, log, offices, people, reports, settings

__all__ = ["appeals", "content", "desk", "log", "offices", "people", "reports", "settings"]
