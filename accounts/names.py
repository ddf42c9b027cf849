"""Which names a member may take.

Names are plain ASCII, so that no Cyrillic letter can pose as a Latin one; what still looks alike in
ASCII (`l`, `I` and `1`; `0` and `O`; `-` and `_`) falls together in a name's skeleton.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MIN_LENGTH = 3
MAX_LENGTH = 30
PATTERN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

RESERVED = """
    admin administrator admins all anonymous api automod automoderator board boards bot deleted
    everyone help here inbox info mail me mod moderation moderator moderators mods nobody none null
    official operator owner postmaster rboard removed root search security settings site staff
    support sysadmin sysop system undefined unknown user users webmaster you
""".split()

_LOOK_ALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "-": "_"})


def skeleton(name: str) -> str:
    """What `name` looks like: two names with one skeleton can be taken for each other."""
    return name.lower().translate(_LOOK_ALIKES).replace("rn", "m").replace("vv", "w")


_RESERVED_SKELETONS = frozenset(skeleton(name) for name in RESERVED)


def validate_name(name: str) -> None:
    """Raise ValidationError, in words for the form, unless a new member may be called `name`."""
    if not PATTERN.fullmatch(name):
        raise ValidationError(
            _(
                "Use only the letters a to z, digits, _ and -. "
                "Other characters can be confused with these."
            ),
            code="characters",
        )
    if not MIN_LENGTH <= len(name) <= MAX_LENGTH:
        raise ValidationError(
            _("A name has %(min)d to %(max)d characters."),
            code="length",
            params={"min": MIN_LENGTH, "max": MAX_LENGTH},
        )
    if skeleton(name).strip("_") in _RESERVED_SKELETONS:
        raise ValidationError(_("This name is reserved."), code="reserved")
