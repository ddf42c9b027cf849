"""What is asked before something is done from the review queue."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boards.models import Ban, Board
from markup import clean
from moderation.actions.desk import Wishes
from moderation.forms import WordsField
from moderation.forms.acts import SOONER, no_shorter
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
    "mute": ("template", "reason", "days", "sooner", "note"),
    "ban": ("template", "reason", "days", "sooner", "note"),
    "sweep": ("template", "reason", "days", "sooner"),
    "note": ("note",),
    "pass_on": ("note",),
    "uphold": ("answer",),
    "reduce": ("days", "answer"),
    "overturn": ("bring_back", "answer"),
    "extend": ("days", "reason"),
}
# Whose end must be named: what is for good is no pin, and no milder.
WITH_END = frozenset({"pin", "reduce"})


RULE = "rule:"


def reasons_at_hand(boards: Iterable[int]) -> list[tuple[str, str, str]]:
    """What is given often on these boards, and the rules where it is one: (value, title, text)."""
    ids = set(boards)
    found = [
        (str(one.pk), one.title, one.text) for one in ReasonTemplate.objects.filter(board__in=ids)
    ]
    if len(ids) == 1:
        board = Board.objects.only("rules").get(pk__in=ids)
        found += [(f"{RULE}{rule}", rule, rule) for rule in board.rule_titles]
    return found


def shorter_than(ends: datetime | None) -> list[Any]:
    """The lengths by which something ends before that."""
    left = None if ends is None else ends - timezone.now()
    return [one for one in LENGTHS[:-1] if left is None or timedelta(days=int(one[0])) < left]


class DeedForm(forms.Form):
    """A reason may be picked, written, or both: what is written counts, else what is picked."""

    template = forms.ChoiceField(
        label=gettext_lazy("Reason that is given often"), required=False, widget=forms.RadioSelect
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
    sooner = forms.BooleanField(label=SOONER, required=False)
    bring_back = forms.BooleanField(required=False, initial=True)
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
        help_text=gettext_lazy(
            "Goes to the member, and into the public log; that about a warning to the member alone."
        ),
    )
    note = WordsField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=NOTE_MAX_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Only the moderators read it."),
    )

    def __init__(
        self,
        deed: str,
        boards: Iterable[int],
        *args: Any,
        ends: datetime | None = None,
        standing: Iterable[Ban] = (),
        swept: int = 0,
        **kwargs: Any,
    ) -> None:
        """`ends`: when that ends what can be made shorter; None for never.

        `standing`: the bans that are in force against those whom it is done to.
        `swept`: how many texts went with the bans that it takes back.
        """
        super().__init__(*args, **kwargs)
        self.deed = deed
        for name in set(self.fields) - set(ASKS[deed]):
            del self.fields[name]
        self.at_hand = reasons_at_hand(boards) if "template" in self.fields else []
        if self.at_hand:
            field: Any = self.fields["template"]
            field.choices = [("", _("none of these")), *(one[:2] for one in self.at_hand)]
        if deed in WITH_END:
            days: Any = self.fields["days"]
            days.choices = shorter_than(ends) if deed == "reduce" else LENGTHS[:-1]
            days.initial = min("3", days.choices[-1][0], key=int) if days.choices else None
        standing = list(standing)
        if standing:
            self.initial["days"] = no_shorter(standing)[0][0]
        else:
            self.fields.pop("sooner", None)
        if swept:
            self.fields["bring_back"].label = bring_back_label(swept)
        else:
            self.fields.pop("bring_back", None)
        if deed == "sweep":
            self.initial["days"] = FOR_GOOD
        if deed == "reduce":
            self.fields["days"].label = _("It ends in")
        if deed == "extend":
            self.fields["days"].label = _("How much longer")
        if deed == "note":
            self.fields["note"].required = True
        if deed == "warn":
            self.fields["reason"].help_text = _("Goes to the author alone.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("reason"):
            texts = {value: text for value, _title, text in self.at_hand}
            cleaned["reason"] = clean(texts.get(cleaned.get("template", ""), ""))
        if self.deed == "warn" and not cleaned.get("reason"):
            self.add_error("reason", _("Say what was wrong."))
        date = cleaned.get("date")
        if date and _end_of(date) <= timezone.now():
            self.add_error("date", _("That day is past."))
        return cleaned

    @property
    def is_pointless(self) -> bool:
        """Whether there is no length to choose."""
        days: Any = self.fields.get("days")
        return days is not None and not days.choices

    @property
    def wishes(self) -> Wishes:
        """What was said, of a form that is valid."""
        said = self.cleaned_data
        days = int(said.get("days") or FOR_GOOD) or None
        until = timezone.now() + timedelta(days=days) if days else None
        if said.get("date"):
            until = _end_of(said["date"])
        return Wishes(
            said.get("reason", ""),
            said.get("note", ""),
            until,
            days,
            said.get("sooner", False),
            said.get("answer", ""),
            said.get("bring_back", False),
        )


def bring_back_label(swept: int) -> str:
    told = ngettext(
        "Bring back the %(n)d text that was removed with it",
        "Bring back all %(n)d texts that were removed with it",
        swept,
    )
    return told % {"n": swept}


def _end_of(day: date) -> datetime:
    """The last moment of a day, on the clock of the site."""
    return timezone.make_aware(datetime.combine(day, time.max))
