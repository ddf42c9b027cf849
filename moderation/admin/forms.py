"""What is asked before something is done from the review queue."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from markup import clean
from moderation.actions.desk import Wishes
from moderation.forms import WordsField
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
    "pin": ("days", "date"),
    "warn": ("template", "reason"),
    "mute": ("template", "reason", "days", "note"),
    "ban": ("template", "reason", "days", "note"),
    "sweep": ("template", "reason", "days"),
    "note": ("note",),
    "uphold": ("answer",),
    "reduce": ("days", "answer"),
    "overturn": ("answer",),
    "extend": ("days", "reason"),
}
# Whose end must be named: what is for good is no pin, and no milder.
WITH_END = frozenset({"pin", "reduce"})


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
    reason = WordsField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Goes to the author, and into the public log."),
    )
    days = forms.ChoiceField(
        label=gettext_lazy("For how long"), choices=LENGTHS, initial="3", widget=forms.RadioSelect
    )
    date = forms.DateField(
        label=gettext_lazy("Or until a date"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Until the end of that day. It counts before the days."),
    )
    answer = WordsField(
        label=gettext_lazy("Answer"),
        required=False,
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Goes to the member, and into the log."),
    )
    note = WordsField(
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
        if deed in WITH_END:
            days: Any = self.fields["days"]
            days.choices = LENGTHS[:-1]
        if deed == "extend":
            self.fields["days"].label = _("How much longer")
        if deed == "note":
            self.fields["note"].required = True
        if deed == "warn":
            self.fields["reason"].help_text = _("Goes to the author alone.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        template = cleaned.get("template")
        if not cleaned.get("reason") and template:
            cleaned["reason"] = clean(template.text)
        if self.deed == "warn" and not cleaned.get("reason"):
            self.add_error("reason", _("Say what was wrong."))
        date = cleaned.get("date")
        if date and _end_of(date) <= timezone.now():
            self.add_error("date", _("That day is past."))
        return cleaned

    @property
    def wishes(self) -> Wishes:
        """What was said, of a form that is valid."""
        said = self.cleaned_data
        days = int(said.get("days") or FOR_GOOD) or None
        until = timezone.now() + timedelta(days=days) if days else None
        if said.get("date"):
            until = _end_of(said["date"])
        return Wishes(
            said.get("reason", ""), said.get("note", ""), until, days, said.get("answer", "")
        )


def _end_of(day: date) -> datetime:
    """The last moment of a day, on the clock of the site."""
    return timezone.make_aware(datetime.combine(day, time.max))
