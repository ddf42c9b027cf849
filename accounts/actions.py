"""What happens to an account."""

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import Member, RetiredName
from accounts.names import skeleton
from markup import render


def name_is_free(name: str) -> None:
    """Raise ValidationError, in words for the form, if `name` is or looks like another's."""
    look = skeleton(name)
    taken = Member.objects.filter(skeleton=look).first()
    if taken is None and not RetiredName.objects.filter(skeleton=look).exists():
        return
    if taken is None or taken.username.lower() != name.lower():
        raise ValidationError(_("This name is too much like another member's."), code="alike")
    if taken.imported:
        raise ValidationError(
            _(
                "This name came with an archive. If it is yours, ask the people who run this site "
                "for a link to claim it."
            ),
            code="imported",
        )
    raise ValidationError(_("This name is taken."), code="taken")


def register(*, username: str, password: str, email: str = "") -> Member:
    """Make an account. Raises ValidationError if the name went to somebody else meanwhile."""
    try:
        with transaction.atomic():
            return Member.objects.create_user(username, password, email=email)
    except IntegrityError:
        raise ValidationError(_("This name is taken."), code="taken") from None


def change_profile(*, member: Member, email: str, bio: str) -> None:
    """Raises markup.MarkupError if the bio is not fit to be rendered."""
    member.email, member.bio, member.bio_html = email, bio, render(bio)
    member.save(update_fields=["email", "bio", "bio_html"])


def set_password(*, member: Member, password: str) -> None:
    """Set a password; every other session of the member ends, and an imported name is claimed.

    Raises ValidationError if an imported name looks too much like one chosen here since.
    """
    member.set_password(password)
    member.imported = False
    try:
        with transaction.atomic():
            member.save(update_fields=["password", "imported"])
    except IntegrityError:
        raise ValidationError(
            _("Meanwhile a member took a name that looks like this one."), code="alike"
        ) from None


def sign_in_address(member: Member) -> str:
    """The path of a page where whoever holds the link may set the member's password, once."""
    return reverse(
        "accounts:password-reset-confirm",
        args=[
            urlsafe_base64_encode(force_bytes(member.pk)),
            default_token_generator.make_token(member),
        ],
    )


def delete_account(*, member: Member) -> None:
    """Delete a member for good. What they wrote stays, by nobody; nobody can take the name."""
    with transaction.atomic():
        RetiredName.objects.get_or_create(skeleton=member.skeleton)
        member.delete()
