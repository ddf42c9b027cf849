"""Forms of boards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.layouts import OneColumn
from boards.actions import name_is_taken
from boards.models import Board
from boards.names import validate_name
from markup.fields import LineField, MarkdownField

LENGTH = _("A name has 3 to 40 characters.")


class BoardForm(forms.ModelForm):
    """What a board says of itself, and who reads it."""

    class Meta:
        model = Board
        fields = ["title", "description", "rules", "is_private"]
        field_classes = {
            "title": LineField,
            "description": MarkdownField,
            "rules": MarkdownField,
        }


class NewBoardForm(BoardForm):
    class Meta(BoardForm.Meta):
        fields = ["name", *BoardForm.Meta.fields]
        error_messages = {"name": dict.fromkeys(("min_length", "max_length"), LENGTH)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Make board"))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        validate_name(name)
        if Board.objects.named(name).exists():
            raise name_is_taken()
        return name


class SubscriptionForm(forms.Form):
    """What the subscription shall be: set, not turned over, so that a double click is harmless."""

    subscribed = forms.TypedChoiceField(
        choices=[("1", _("yes")), ("0", _("no"))], coerce=lambda value: value == "1"
    )
