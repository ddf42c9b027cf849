"""Forms of those who look after a board."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.layouts import OneColumn
from accounts.models import Member
from accounts.names import MAX_LENGTH
from boards.forms import BoardForm
from boards.models import Board


class BoardSettingsForm(BoardForm):
    class Meta(BoardForm.Meta):
        help_texts = {
            "is_private": _(
                "Only its moderators and the members they approve can read it. Everyone else "
                "loses the letters in their inbox about this board."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Save board"))


class MemberForm(forms.Form):
    """Names a member, whom the cleaned form knows as `member`."""

    username = forms.CharField(max_length=MAX_LENGTH)
    member: Member

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        member = self.find(name)
        if member is None:
            raise ValidationError(_("There is no member of this name."), code="unknown")
        self.member = member
        return name

    def find(self, name: str) -> Member | None:
        return Member.objects.named(name).first()


class NewcomerForm(MemberForm):
    """Names somebody who is to get a part in a board: a member who can sign in."""

    deed = ""
    label: Any = ""
    button: Any = ""

    def __init__(self, board: Board, data: QueryDict | None = None) -> None:
        # Two of these stand on one page.
        super().__init__(data, auto_id=f"{self.deed}_%s")
        self.fields["username"].label = self.label
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off"}
        self.helper = OneColumn(self, self.button, style="btn-outline-secondary")
        self.helper.form_action = reverse(f"discussions:board-{self.deed}", args=[board.name])

    def find(self, name: str) -> Member | None:
        return Member.objects.named(name).filter(is_active=True, imported=False).first()


class AppointForm(NewcomerForm):
    deed = "appoint"
    label = _("Name of the new moderator")
    button = _("Appoint moderator")


class ApproveForm(NewcomerForm):
    deed = "approve"
    label = _("Name of the member to let in")
    button = _("Approve member")
