"""Trying a rule on what was written lately, before it is saved and after, and switching it on."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation import rules
from moderation.models import AutoRule

TRY = "_try"
SWITCH_ON = "_on"


class TrialForm:
    """A form that is tried is not saved, whatever it says."""

    data: Any

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()  # type: ignore[misc]
        return valid and TRY not in self.data


class Tried(admin.ModelAdmin):
    """The admin of rules, with what a rule would have done."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (TrialForm, form), {})

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the trial of what is typed, or of the rule as it is kept."""
        form = context["adminform"].form
        rule: AutoRule | None = None
        if request.method == "POST":
            rule = form.instance if TRY in request.POST and not form.errors else None
        elif "try" in request.GET:
            rule = context.get("original")
        if rule is not None:
            context = context | {"trial": rules.trial(rule), "rule": rule}
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The button that switches a rule on ticks the box, and saves."""
        if SWITCH_ON in request.POST:
            ticked = request.POST.copy()
            ticked["is_active"] = "on"
            request.POST = ticked  # type: ignore[assignment]
        return super().changeform_view(request, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        self._tell_if_off(request, obj)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        self._tell_if_off(request, obj)
        return super().response_change(request, obj)

    def _tell_if_off(self, request: HttpRequest, rule: AutoRule) -> None:
        if rule.is_active:
            return
        said = _("“%(rule)s” is saved, but off: it does nothing until it is switched on.")
        link = _trial_link(rule, _("Try it, and switch it on"))
        told = format_html("{} {}", said % {"rule": rule}, link)
        self.message_user(request, told, messages.WARNING)

    @admin.display(description=gettext_lazy("state"), ordering="is_active")
    def state(self, rule: AutoRule) -> str:
        return _("on") if rule.is_active else _("off")

    @admin.display(description=gettext_lazy("trial"))
    def attempt(self, rule: AutoRule) -> str:
        return _trial_link(rule, _("Try on the last 30 days"))


def _trial_link(rule: AutoRule, words: str) -> str:
    address = reverse("admin:moderation_autorule_change", args=[rule.pk])
    return format_html('<a href="{}?try=1">{}</a>', address, words)
