"""What members and moderators type about each other."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.layouts import OneColumn
from boards.models import NAME_MAX_LENGTH, Ban, Board
from markup import clean
from markup.fields import LineField
from moderation.models import Act
from moderation.models.desk import REASON_MAX_LENGTH as REPORT_MAX_LENGTH
from moderation.models.log import APPEAL_MAX_LENGTH, NOTE_MAX_LENGTH, REASON_MAX_LENGTH, Verb
from moderation.models.requests import TEXT_MAX_LENGTH

OTHER = ""
SOONER = _("End it sooner than what is in force")


class WordsField(forms.CharField):
    """Some plain lines, without Markdown."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class ReportForm(forms.Form):
    """What is wrong: one of the board's rules, or a reason of one's own."""

    rule = forms.ChoiceField(label=_("Which rule does it break?"), required=False)
    reason = LineField(
        label=_("What is wrong with it?"),
        required=False,
        max_length=REPORT_MAX_LENGTH,
        help_text=_("The moderators read this; they are not told who you are."),
    )

    def __init__(self, *args: Any, rules: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rules:
            choices = [(rule, rule) for rule in rules] + [(OTHER, _("None of them"))]
            self.fields["rule"].choices = choices  # type: ignore[attr-defined]
            self.fields["rule"].widget = forms.RadioSelect(choices=choices)
        else:
            del self.fields["rule"]
        self.helper = OneColumn(self, _("Report"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("rule") or cleaned.get("reason")):
            self.add_error("reason", _("Choose a rule, or say what is wrong."))
        return cleaned


class MemberReportForm(forms.Form):
    """What is wrong with a member, and on which board, whose moderators decide it."""

    board = forms.ModelChoiceField(
        Board.objects.none(), label=_("On which board?"), to_field_name="name", empty_label=None
    )
    rule = forms.ChoiceField(
        label=_("Which of its rules do they break?"), required=False, widget=forms.RadioSelect
    )
    reason = LineField(
        label=_("What is wrong?"),
        required=False,
        max_length=REPORT_MAX_LENGTH,
        help_text=_("The moderators of that board read this; they are not told who you are."),
    )

    def __init__(self, *args: Any, boards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].queryset = boards  # type: ignore[attr-defined]
        groups = [
            (f"b/{board.name}", [(f"{board.name}:{rule}", rule) for rule in board.rule_titles])
            for board in boards
        ]
        groups = [(name, rules) for name, rules in groups if rules]
        if groups:
            field: Any = self.fields["rule"]
            field.choices = [(OTHER, _("None of them")), *groups]
        else:
            del self.fields["rule"]
        self.helper = OneColumn(self, _("Report"))

    def clean(self) -> dict[str, Any]:
        """The rule is one of the board's that was chosen, without its name."""
        cleaned = super().clean() or {}
        board, chosen = cleaned.get("board"), cleaned.get("rule", "")
        name, _colon, rule = chosen.partition(":")
        cleaned["rule"] = rule
        if chosen and board is not None and name != board.name:
            self.add_error("rule", _("This is a rule of another board."))
        if not self.errors and not (rule or cleaned.get("reason")):
            self.add_error("reason", _("Choose a rule, or say what is wrong."))
        return cleaned


class ReasonForm(forms.Form):
    """Why a text goes."""

    reason = WordsField(
        label=_("Reason"),
        max_length=REASON_MAX_LENGTH,
        help_text=_("Goes to the author, and into the public log."),
    )
    note = LineField(
        label=_("Note"),
        required=False,
        max_length=NOTE_MAX_LENGTH,
        help_text=_("Stays among the moderators."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Remove"), style="btn-danger")


def no_shorter(standing: Iterable[Ban]) -> list[Any]:
    """The lengths of a ban that end none of these before its time."""
    ends = [ban.until for ban in standing]
    if None in ends:
        return SanctionForm.DAYS[-1:]
    left = max((end - timezone.now() for end in ends if end), default=timedelta(0))
    some = [one for one in SanctionForm.DAYS[:-1] if timedelta(days=int(one[0])) > left]
    return [*some, SanctionForm.DAYS[-1]]


class SanctionForm(forms.Form):
    """What is done about a member of a board."""

    DEEDS = [
        (Verb.WARN.value, _("Warn: tell them, and nothing else")),
        (Verb.MUTE.value, _("Mute: they read and vote, but write nothing here")),
        (Verb.BAN.value, _("Ban: they neither write nor vote here, nor read it if it is private")),
    ]
    LIFT = (Verb.LIFT.value, _("Lift the ban or mute"))
    DAYS = [
        ("1", _("1 day")),
        ("3", _("3 days")),
        ("7", _("7 days")),
        ("30", _("30 days")),
        ("0", _("for good")),
    ]

    deed = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=DAYS,
        coerce=int,
        initial="3",
        help_text=_("Of a ban or a mute."),
    )
    sooner = forms.BooleanField(label=SOONER, required=False)
    reason = WordsField(
        label=_("Reason"),
        required=False,
        max_length=REASON_MAX_LENGTH,
        help_text=_(
            "Goes to the member, and into the public log; that of a warning to the member alone."
        ),
    )
    note = LineField(
        label=_("Note"),
        required=False,
        max_length=NOTE_MAX_LENGTH,
        help_text=_("Stays among the moderators."),
    )
    remove_all = forms.BooleanField(required=False)
    # How many texts that is, once the moderator was told.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, standing: Ban | None, stays: bool, texts: int, **kwargs: Any
    ) -> None:
        """`stays`: the member is banned by somebody higher, so nothing is left but a warning.

        `texts`: how many of theirs a ban may remove with it.
        """
        super().__init__(*args, **kwargs)
        self.texts = texts
        deeds = self.DEEDS[:1] if stays else self.DEEDS + ([self.LIFT] if standing else [])
        self.fields["deed"].choices = deeds  # type: ignore[attr-defined]
        if standing:
            self.fields["days"].initial = no_shorter([standing])[0][0]
        left_out = {"days", "sooner", "remove_all", "seen"} if stays else set()
        left_out |= set() if standing else {"sooner"}
        left_out |= set() if texts else {"remove_all", "seen"}
        for name in left_out:
            del self.fields[name]
        if "remove_all" in self.fields:
            self.fields["remove_all"].label = ngettext(
                "And remove the %(n)d text they wrote here",
                "And remove all %(n)d texts they wrote here",
                texts,
            ) % {"n": texts}
        self.helper = OneColumn(self, self._button(standing, stays=stays), style="btn-danger")

    @staticmethod
    def _button(standing: Ban | None, *, stays: bool) -> Any:
        if stays:
            return _("Warn")
        return _("Warn, mute, ban or lift") if standing else _("Warn, mute or ban")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("deed") == Verb.WARN and not cleaned.get("reason"):
            self.add_error("reason", _("Say what the warning is for."))
        if cleaned.get("remove_all") and not self.errors:
            self._clean_remove_all(cleaned)
        return cleaned

    def _clean_remove_all(self, cleaned: dict[str, Any]) -> None:
        """It is asked once more, with the number."""
        if cleaned.get("deed") != Verb.BAN:
            self.add_error("remove_all", _("That goes with a ban alone."))
        elif cleaned.get("seen") != self.texts:
            data: Any = self.data
            self.data = data = data.copy()
            data["seen"] = str(self.texts)
            said = ngettext(
                "%(n)d text will be removed. Nothing is done yet: press the button once more.",
                "%(n)d texts will be removed. Nothing is done yet: press the button once more.",
                self.texts,
            )
            self.add_error(None, said % {"n": self.texts})


class AppealForm(forms.Form):
    text = WordsField(
        label=_("Why should it be looked at again?"),
        max_length=APPEAL_MAX_LENGTH,
        help_text=_("Somebody else than who acted decides. You can appeal once."),
    )

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Appeal"))
        self.helper.form_action = reverse("moderation:appeal", args=[act.pk])


class JoinForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the board"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    text = WordsField(
        label=_("Why you would like to join"),
        required=False,
        max_length=TEXT_MAX_LENGTH,
        help_text=_("The moderators of the board read this."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = OneColumn(self, _("Ask to join"))
