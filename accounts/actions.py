"""What happens to an account."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import mailing
from accounts.models import DueMail, Member, RetiredName
from accounts.names import skeleton
from accounts.signals import going, registered
from accounts.tries import TooManyTries, forget_tries, is_password_of
from markup import render

# A form that comes again within this time was sent twice.
DOUBLE_CLICK = timedelta(minutes=1)
# Addresses are not proved, so anyone may write someone else's into many accounts.
MAILS_AT_ONCE = 10
DELETE_ATTEMPTS = 3


def name_is_free(name: str) -> None:
    """Raise ValidationError, in words for the form, if `name` is or looks like another's."""
    look = skeleton(name)
    taken = Member.objects.filter(skeleton=look).first()
    if taken is None and not RetiredName.objects.filter(skeleton=look).exists():
        return
    if taken is None:
        raise ValidationError(
            _("This name, or one like it, was another member's and can't be taken again."),
            code="retired",
        )
    if taken.username.lower() != name.lower():
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
    """Make an account; sent twice, the form gets the account of the first time.

    Raises ValidationError if the name went to somebody else meanwhile.
    """
    member = Member(username=username, email=email)
    member.set_password(password)
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError:
        first = registered_just_now(username=username, password=password)
        if first is None:
            raise ValidationError(_("This name is taken."), code="taken") from None
        return first
    registered.send(Member, member=member)
    return member


def registered_just_now(*, username: str, password: str) -> Member | None:
    """The member whom this very form has made already, if it was sent twice."""
    since = timezone.now() - DOUBLE_CLICK
    recent = Member.objects.filter(username=username, joined_at__gte=since)
    member = recent.filter(is_active=True, imported=False).first()
    try:
        return member if member is not None and is_password_of(member, password) else None
    except TooManyTries:  # somebody guesses, and may be told that the name is taken
        return None


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
            forget_tries(member.username)
    except IntegrityError:
        raise ValidationError(
            _("Meanwhile a member took a name that looks like this one."), code="alike"
        ) from None


def mail_reset_links(account: str) -> None:
    """Have a link by which to set a password mailed to who has this name or e-mail address.

    Does nothing for others. No answer waits for a mail: who asks must not see a difference.
    """
    for member in Member.objects.reachable_by(account)[:MAILS_AT_ONCE]:
        mailing.ask(member, DueMail.Kind.RESET)


def delete_account(*, member: Member) -> None:
    """Delete a member for good. What they wrote stays, by nobody; nobody can take the name.

    Others write to them and about them meanwhile, so it is tried again.
    """
    pk = member.pk
    for attempt in range(1, DELETE_ATTEMPTS + 1):
        try:
            with transaction.atomic():
                RetiredName.objects.get_or_create(skeleton=member.skeleton)
                # Read anew: what failed has taken the id off the object.
                for found in Member.objects.filter(pk=pk):
                    going.send(Member, member=found)
                    found.delete()
        except (IntegrityError, OperationalError):
            if attempt == DELETE_ATTEMPTS:
                raise
        else:
            return


def ensure_operator(name: str) -> str | None:
    """Make a superuser if the site has none: the new password, or None if there was one.

    Raises ValidationError if the name belongs to somebody else.
    """
    operators = Member.objects.filter(is_superuser=True)
    if operators.exists():
        return None
    password = secrets.token_urlsafe(12)
    try:
        with transaction.atomic():
            Member.objects.create_superuser(name, password)
    except IntegrityError:
        if operators.exists():  # another start made one meanwhile
            return None
        raise ValidationError(_("This name is taken."), code="taken") from None
    return password
