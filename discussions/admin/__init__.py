"""Boards and what is written on them, in the admin."""

from discussions.admin import boards, content

__all__ = ["boards", "content"]
