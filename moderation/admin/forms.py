"""What is asked before something is done from the review queue."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import ReasonTemplate
from moderation.models.log import NOTE_MAX_LENGTH, REASON_MAX_LENGTH

FOR_GOOD = "0"
LENGTHS = [
    ("1", gettext_lazy("1 day")),
    ("3", gettext_lazy("3 days")),
    ("7", gettext_lazy("7 days")),
    ("30", gettext_lazy("30 days")),
    (FOR_GOOD, gettext_lazy("for good")),
]
# What each asks for; what is not here is done at once.
ASKS = {
    "remove": ("template", "reason", "note"),
    "spam": ("template", "reason", "note"),
    "lock": ("template", "reason"),
    "pin": ("days",),
    "warn": ("template", "reason"),
    "mute": ("template", "reason", "days", "note"),
    "ban": ("template", "reason", "days", "note"),
    "note": ("note",),
}


class TemplateField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title}: {obj.text}"


class DeedForm(forms.Form):
    """A reason may be picked, written, or both: what is written counts, else what is picked."""

    template = TemplateField(
        ReasonTemplate.objects.none(),
        label=gettext_lazy("Reason that is given often"),
        required=False,
        empty_label=gettext_lazy("none of these"),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Goes to the author, and into the public log."),
    )
    days = forms.ChoiceField(
        label=gettext_lazy("For how long"), choices=LENGTHS, initial="3", widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=NOTE_MAX_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Only the moderators read it."),
    )

    def __init__(self, deed: str, boards: Iterable[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deed = deed
        for name in set(self.fields) - set(ASKS[deed]):
            del self.fields[name]
        if "template" in self.fields:
            field: Any = self.fields["template"]
            field.queryset = ReasonTemplate.objects.filter(board__in=set(boards))
        if deed == "pin":
            days: Any = self.fields["days"]
            days.choices = LENGTHS[:-1]
        if deed == "note":
            self.fields["note"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        template = cleaned.get("template")
        if not cleaned.get("reason") and template:
            cleaned["reason"] = template.text
        if self.deed == "warn" and not cleaned.get("reason"):
            self.add_error("reason", _("Say what was wrong."))
        days = cleaned.get("days")
        ends = timezone.now() + timedelta(days=int(days)) if days and days != FOR_GOOD else None
        cleaned["until"] = ends
        return cleaned
