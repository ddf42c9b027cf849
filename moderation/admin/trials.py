"""Trying a rule on what was written lately, before it is saved and after."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation import rules
from moderation.models import AutoRule

TRY = "_try"


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

    @admin.display(description=gettext_lazy("trial"))
    def attempt(self, rule: AutoRule) -> str:
        address = reverse("admin:moderation_autorule_change", args=[rule.pk])
        return format_html('<a href="{}?try=1">{}</a>', address, _("Try on the last 30 days"))
