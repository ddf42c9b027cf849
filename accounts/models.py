"""The member."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import connection, models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import MAX_LENGTH, PATTERN, skeleton

models.CharField.register_lookup(Lower)

BIO_MAX_LENGTH = 1_000


@lru_cache(maxsize=10_000)  # a page of comments names hundreds
def member_url(username: str) -> str:
    return reverse("discussions:member", args=[username])


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> "Member":
        """The member called `username`, in any mix of upper and lower case."""
        return self.named(username or "").get()

    def named(self, *names: str) -> "models.QuerySet[Member]":
        """Members by name. What can't be a name is not asked for: PostgreSQL takes no NUL."""
        names = tuple(name for name in names if PATTERN.fullmatch(name))
        return self.filter(username__lower__in=[name.lower() for name in names])

    def hold(self, pk: int) -> bool:
        """Whether there is such a member, who then stays until the transaction ends.

        Many may hold one at once; who deletes the account waits for them all. On SQLite
        transactions that write come one after the other anyway.
        """
        return bool(self.hold_all([pk]))

    def hold_all(self, pks: Iterable[int]) -> "list[Member]":
        """As `hold`, in one query: those that there are, of whom only `imported` is read."""
        wanted = sorted(set(pks))
        if connection.vendor != "postgresql":
            return list(self.filter(pk__in=wanted).only("imported").order_by("pk"))
        statement = (
            "SELECT id, imported FROM accounts_member WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
        )
        return list(self.raw(statement, [wanted]))

    def reachable_by(self, account: str) -> "models.QuerySet[Member]":
        """Who may be written to by the name or e-mail address `account`, first come first."""
        if "@" in account:
            found = self.filter(email__lower=account.lower())
        else:
            found = self.named(account).exclude(email="")
        return found.filter(is_active=True).order_by("pk")

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Member":
        member = self.model(username=username, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, username: str, password: str | None, **fields: Any) -> "Member":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Member(AbstractBaseUser, PermissionsMixin):
    """Someone with an account. Names are unique whatever their case, and keep theirs as typed."""

    username = models.CharField(
        _("name"),
        max_length=MAX_LENGTH,
        unique=True,
        error_messages={"unique": _("This name is taken.")},
    )
    skeleton = models.CharField(max_length=MAX_LENGTH, editable=False, db_index=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    bio = models.TextField(_("about you"), max_length=BIO_MAX_LENGTH, blank=True)
    bio_html = models.TextField(blank=True, editable=False)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Take this away instead of deleting someone: they can no longer sign in."),
    )
    is_staff = models.BooleanField(
        _("staff"),
        default=False,
        help_text=_(
            "May do on every board and in the admin what their groups and permissions say."
        ),
    )
    imported = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("Came with an archive and can't sign in until somebody claims the name."),
    )
    # The site that a board came from with which the member came; "" for all others.
    origin = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = MemberManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="member_name_is_unique_in_any_case",
                violation_error_message=_("This name is taken."),
            ),
            # Archives hold look-alike names in good faith, so only chosen names are kept apart.
            models.UniqueConstraint(
                fields=["skeleton"],
                condition=models.Q(imported=False),
                name="member_chosen_names_do_not_look_alike",
                violation_error_message=_("This name is too much like another member's."),
            ),
        ]
        indexes = [models.Index(Lower("email"), name="member_by_email")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.skeleton = skeleton(self.username)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return member_url(self.username)

    @property
    def has_a_role(self) -> bool:
        """Whether they are on the staff with anything to do there: groups and permissions say."""
        if not self.is_active or not self.is_staff:
            return False
        return self.is_superuser or bool(self.get_all_permissions())


class RetiredName(models.Model):
    """The look of a deleted member's name, so that nobody can pose as who once had it."""

    skeleton = models.CharField(max_length=MAX_LENGTH, unique=True)
    retired_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("retired name")
        verbose_name_plural = _("retired names")

    def __str__(self) -> str:
        return self.skeleton


class DueMail(models.Model):
    """A mail that is still to be sent; see mailing.py.

    What it says is made when it is sent: a link that lets somebody in is kept nowhere.
    """

    class Kind(models.TextChoices):
        RESET = "reset", _("link to set a password")

    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("mail to be sent")
        verbose_name_plural = _("mail to be sent")
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="mail_is_due_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to member {self.member_id}"
