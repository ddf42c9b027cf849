"""Which names a member may give a board."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Words that already mean a list of posts, a page or an office of the site.
RESERVED = frozenset(
    """
    about account admin administrator all api best board boards controversial deleted edit everyone
    everything feed friends front frontpage help home hot inbox login logout me members mod
    moderated moderator moderators modlog mods modqueue multi new nobody none null official popular
    random randnsfw rboard register removed rising root saved search settings site staff submit
    subscribed subscriptions support system top undefined user users you your
    """.split()
)


def validate_name(name: str) -> None:
    """Raise ValidationError, in words for the form, if no board may be called `name`."""
    if name.lower().strip("_") in RESERVED:
        raise ValidationError(_("This name is reserved."), code="reserved")
