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
from boards.models import Board, Moderator, Power


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

    def __init__(self, board: Board, data: QueryDict | None = None, **kwargs: Any) -> None:
        # Several of these stand on one page.
        super().__init__(data, **{"auto_id": f"{self.deed}_%s"} | kwargs)
        self.fields["username"].label = self.label
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off"}
        self.address = reverse(f"moderation:board-{self.deed}", args=[board.name])

    def lay_out(self, button: Any) -> None:
        """Once the fields are what they are to be."""
        self.helper = OneColumn(self, button, style="btn-outline-secondary")
        self.helper.form_action = self.address

    def find(self, name: str) -> Member | None:
        return Member.objects.named(name).filter(is_active=True, imported=False).first()


class OfficeForm(NewcomerForm):
    """What a member is trusted with on a board: of a new moderator, or of one there is."""

    deed = "appoint"
    label = _("Name of the new moderator")
    powers = forms.MultipleChoiceField(
        label=_("Trusted with"),
        choices=Power.choices,
        initial=[Power.CONTENT, Power.MEMBERS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Who is trusted with other moderators appoints and takes off those who have no more "
            "powers than they have. That power is the owners' to give."
        ),
    )
    owner = forms.BooleanField(
        label=_("Owner"),
        required=False,
        help_text=_("May do everything, and nobody acts on them but the staff of the site."),
    )

    def __init__(
        self,
        board: Board,
        data: QueryDict | None = None,
        *,
        to_give: set[Power],
        gives_boards: bool = False,
        office: Moderator | None = None,
    ) -> None:
        """`to_give`: the powers that who fills it in may give; `gives_boards`: to make owners."""
        initial: dict[str, Any] = {}
        button: Any = _("Appoint moderator")
        auto_id = f"{self.deed}_%s"
        if office is not None:
            initial = {
                "username": office.member.username,
                "powers": [power for power in Power if office.may(power)],
                "owner": office.is_owner,
            }
            button, auto_id = _("Save"), f"office_{office.pk}_%s"
        super().__init__(board, data, initial=initial, auto_id=auto_id)
        choices = [choice for choice in Power.choices if choice[0] in to_give]
        self.fields["powers"].choices = choices  # type: ignore[attr-defined]
        if office is not None:
            self.fields["username"].widget = forms.HiddenInput()
        if not gives_boards or (office is not None and office.is_owner):
            del self.fields["owner"]
        self.lay_out(button)

    def others_than(self, member: Member) -> None:
        """Refuse one's own name: nobody gives themselves an office, nor more of one."""
        if self.is_valid() and self.member == member:
            said = _("You look after this board already. Name somebody else.")
            self.add_error("username", str(said))

    @property
    def wanted(self) -> dict[str, Any]:
        """What the action is told."""
        said = self.cleaned_data
        powers = [Power(value) for value in said["powers"]]
        return {"owner": said.get("owner", False), "powers": powers}


class ApproveForm(NewcomerForm):
    deed = "approve"
    label = _("Name of the member to let in")

    def __init__(self, board: Board, data: QueryDict | None = None) -> None:
        super().__init__(board, data)
        self.lay_out(_("Approve member"))
