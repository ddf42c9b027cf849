"""The desk: the review queue and what is around it, and the scope of moderators in the admin."""

from moderation.admin import content, desk, people, rows

__all__ = ["content", "desk", "people", "rows"]
