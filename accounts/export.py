"""What a member takes along of their account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Member


def account(member: Member, chosen: Mapping[str, str]) -> dict[str, Any]:
    """`chosen`: the preferences, which their browser keeps."""
    return {
        "name": member.username,
        "email": member.email,
        "about_you": member.bio,
        "joined": moment(member.joined_at),
        "last_sign_in": moment(member.last_login),
        "preferences": dict(chosen),
    }


def moment(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()
