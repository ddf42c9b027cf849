"""What those are told who come too late or may not, where several deeds say the same."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

DECIDED = _("Somebody decided this already.")
TAKEN_BACK = _("This was taken back already.")
GONE_ACCOUNT = _("The account is gone.")
TOO_LOW = _("You can't act on someone of the same or a higher rank.")


def decided() -> ValidationError:
    return ValidationError(DECIDED, code="decided")


def taken_back() -> ValidationError:
    return ValidationError(TAKEN_BACK, code="taken_back")


def too_low() -> PermissionDenied:
    return PermissionDenied(str(TOO_LOW))
