"""What may be trusted to who looks after one board, or after every board of the site."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Member

Viewer = Member | AnonymousUser


class Power(models.TextChoices):
    """What a moderator may be trusted with; the value names the column that says so."""

    CONTENT = "may_content", _("posts and comments")
    MEMBERS = "may_members", _("members: bans, requests to join")
    SETTINGS = "may_settings", _("the board's description, rules and settings")
    MODERATORS = "may_moderators", _("other moderators")

    @property
    def permission(self) -> str:
        """The permission by which staff have it on every board."""
        return f"boards.{self.value}_everywhere"


EVERYWHERE: list[tuple[str, Any]] = [
    ("may_content_everywhere", _("Moderate posts and comments on every board")),
    ("may_members_everywhere", _("Ban members and let them in on every board")),
    ("may_settings_everywhere", _("Change the description, rules and settings of every board")),
    ("may_moderators_everywhere", _("Appoint and take off moderators on every board")),
]
NO_POWERS: frozenset[Power] = frozenset()


def powers_everywhere(viewer: Viewer) -> frozenset[Power]:
    """What somebody may do on every board by their role on the site; superusers all.

    Costs nothing for who is not on the staff, and for staff what Django keeps with the member.
    """
    if not viewer.is_authenticated or not viewer.is_staff:
        return NO_POWERS
    return frozenset(power for power in Power if viewer.has_perm(power.permission))


def is_site_staff(viewer: Viewer) -> bool:
    """Whether somebody looks after the whole site: who has no power on it is a member like all."""
    return bool(powers_everywhere(viewer))


def staff_with(power: Power) -> "models.QuerySet[Member]":
    """Those who have a power on every board and can sign in."""
    found: Any = ModelBackend().with_perm(power.permission)
    members: models.QuerySet[Member] = found.filter(is_staff=True)
    return members
