"""What people type about their account, judged before it reaches an action."""

from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    SetPasswordForm,
    SetPasswordMixin,
)
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.addresses import validate_can_be_mailed
from accounts.layouts import WHOSE_PASSWORD, OneColumn
from accounts.models import BIO_MAX_LENGTH, Member
from accounts.names import MAX_LENGTH, validate_name
from accounts.preferences import Keys, Theme
from accounts.tries import TooManyTries, is_password_of
from markup.fields import MarkdownField

PASSWORD_HELP = _("At least 8 characters; no common password, nothing like your name.")
MISMATCH: dict[str, Any] = {"password_mismatch": _("The two passwords differ.")}


def _new_password(label: Any, label_again: Any) -> tuple[forms.CharField, forms.CharField]:
    first, second = SetPasswordMixin.create_password_fields(label, label_again)
    first.help_text, second.help_text = PASSWORD_HELP, ""
    return first, second


def _current_password(*, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=_("Your password"),
        required=required,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def _check_password(member: Member, password: str) -> None:
    try:
        is_right = is_password_of(member, password)
    except TooManyTries:
        told = _("Too many wrong passwords came: try it again in a quarter of an hour.")
        raise ValidationError(told, code="too_many_tries") from None
    if not is_right:
        raise ValidationError(_("This is not your password."), code="password_incorrect")


class ChosenPassword(SetPasswordMixin):
    """Says what is wrong with a new password at the first of its two fields."""

    def validate_password_for_user(
        self,
        user: AbstractBaseUser,
        password_field_name: str = "password2",  # noqa: S107
    ) -> None:
        super().validate_password_for_user(user, password_field_name.replace("2", "1"))


class RegisterForm(ChosenPassword, forms.Form):
    """A new account. `member` is set if this very form has made it already (a double click)."""

    error_messages = MISMATCH
    username = forms.CharField(
        label=_("Name"),
        help_text=_(
            "3 to 30 of a to z, digits, _ and -. Everybody sees it, and it can't be changed."
        ),
        validators=[validate_name],
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "maxlength": MAX_LENGTH,
            }
        ),
    )
    password1, password2 = _new_password(_("Password"), _("The password again"))
    email = forms.EmailField(
        label=_("E-mail address (optional)"),
        required=False,
        max_length=254,
        validators=[validate_can_be_mailed],
        help_text=_("Only for resetting your password. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member: Member | None = None
        self.helper = OneColumn(self, _("Register"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.validate_passwords()
        name, email = cleaned.get("username", ""), cleaned.get("email", "")
        self.validate_password_for_user(Member(username=name, email=email))
        if name:
            self._claim(name, self.cleaned_data.get("password1", ""))
        return cleaned

    def _claim(self, name: str, password: str) -> None:
        """See that nobody has the name, but for who sent this form a moment ago."""
        self.member = actions.registered_just_now(username=name, password=password)
        if self.member is None:
            try:
                actions.name_is_free(name)
            except ValidationError as error:
                self.add_error("username", error)


class SignInForm(AuthenticationForm):
    """The same answer for a wrong name, a wrong password and an account that may not sign in."""

    error_messages = {
        "invalid_login": _("There is no account with this name and password."),
        "inactive": _("There is no account with this name and password."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Name")
        self.fields["username"].widget.attrs["spellcheck"] = "false"
        if self.is_bound:  # the list of errors takes the focus then
            del self.fields["username"].widget.attrs["autofocus"]
        self.helper = OneColumn(self, _("Sign in"))

    def confirm_login_allowed(self, user: Member) -> None:
        super().confirm_login_allowed(user)
        if user.imported:
            raise self.get_invalid_login_error()


class SettingsForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        validators=[validate_can_be_mailed],
        help_text=_("Only for resetting your password. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = _current_password(
        required=False, help_text=_("Only needed to change the e-mail address.")
    )
    bio = MarkdownField(
        label=_("About you"),
        required=False,
        max_length=BIO_MAX_LENGTH,
        help_text=_("Shown on your profile. Markdown, up to 1,000 characters."),
    )

    def __init__(self, member: Member, data: QueryDict | None) -> None:
        super().__init__(data, initial={"email": member.email, "bio": member.bio})
        self.member = member
        self.helper = OneColumn(self, _("Save"))
        self.helper.layout.insert(0, WHOSE_PASSWORD)

    def clean(self) -> dict[str, Any]:
        """A session left open must not be enough to lead password resets elsewhere."""
        cleaned = super().clean() or {}
        if "email" in cleaned and cleaned["email"] != self.member.email:
            try:
                _check_password(self.member, cleaned.get("password", ""))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ChangePasswordForm(ChosenPassword, PasswordChangeForm):
    error_messages = MISMATCH
    old_password = _current_password()
    new_password1, new_password2 = _new_password(_("New password"), _("The new password again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Change password"))
        self.helper.layout.insert(0, WHOSE_PASSWORD)

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        _check_password(self.user, password)
        return password


class DeleteAccountForm(forms.Form):
    password = _current_password()

    def __init__(self, member: Member, data: QueryDict | None) -> None:
        super().__init__(data)
        self.member = member
        self.helper = OneColumn(self, _("Delete my account"), style="btn-danger")
        self.helper.layout.insert(0, WHOSE_PASSWORD)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        _check_password(self.member, password)
        return password


class ResetRequestForm(forms.Form):
    """Who can't sign in any more."""

    email = forms.CharField(
        label=_("Your name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Send me a link"))


class NewPasswordForm(ChosenPassword, SetPasswordForm):
    """The password of who came by a link."""

    error_messages = MISMATCH
    new_password1, new_password2 = _new_password(_("New password"), _("The new password again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Set password"))
        self.helper.layout.insert(0, WHOSE_PASSWORD)

    def save(self, commit: bool = True) -> Member:
        """Raises ValidationError if an imported name can't be claimed any more."""
        actions.set_password(member=self.user, password=self.cleaned_data["new_password1"])
        member: Member = self.user
        return member


class AppearanceForm(forms.Form):
    theme = forms.ChoiceField(
        label=_("Colours"), choices=Theme.choices, required=False, widget=forms.RadioSelect
    )
    keys = forms.ChoiceField(
        label=_("Keyboard shortcuts"),
        choices=Keys.choices,
        required=False,
        help_text=_(
            "j and k go to the next and the previous post or comment. Moderators have more at the "
            "desk, where ? lists them."
        ),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Save"))
