"""Which e-mail addresses a letter can be sent to."""

from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import EmailValidator


def validate_can_be_mailed(address: str) -> None:
    """Refuse what looks like an address, but is none in the form in which it is sent.

    A domain of other letters is longer then than it looks.
    """
    try:
        sanitize_address(address, "utf-8")
    except ValueError:
        raise ValidationError(EmailValidator.message, code="invalid") from None
