"""How a visitor likes the pages, kept in cookies so that guests have a say too."""

from collections.abc import Mapping

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

KEPT_FOR = 365 * 24 * 60 * 60  # seconds


class Theme(TextChoices):
    AUTO = "auto", _("As my system has it")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Keys(TextChoices):
    """Whether the keys j and k move through posts and comments."""

    ON = "on", _("On")
    OFF = "off", _("Off")


# Cookie names; the first value of each is the default.
COOKIES: dict[str, type[TextChoices]] = {"theme": Theme, "keys": Keys}
# Every page asks; a class of choices puts them together each time.
_VALUES = {name: choices.values for name, choices in COOKIES.items()}


def preferences(request: HttpRequest) -> dict[str, str]:
    """What the visitor chose; a cookie of any other value counts as the default."""
    chosen = {name: request.COOKIES.get(name, "") for name in COOKIES}
    return {
        name: chosen[name] if chosen[name] in values else values[0]
        for name, values in _VALUES.items()
    }


def remember(response: HttpResponse, chosen: Mapping[str, str]) -> None:
    """Keep what was chosen; what is left empty stays as it was."""
    for name in COOKIES:
        if chosen.get(name):
            response.set_cookie(
                name,
                chosen[name],
                max_age=KEPT_FOR,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
