"""A new password for who can't sign in, by a link that works once."""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.forms import NewPasswordForm, ResetRequestForm
from accounts.pages import UNPROCESSABLE, form_page
from accounts.tries import came_by_link


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Mail a link; the answer is the same whether or not there is such an account."""
    form = ResetRequestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.mail_reset_links(form.cleaned_data["email"])
        return redirect("accounts:password-reset-done")
    return form_page(
        request,
        form,
        heading=_("Reset your password"),
        intro=_("We send a link to the e-mail address in your settings."),
    )


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_done.html")


class Confirm(PasswordResetConfirmView):
    """Takes the link out of the address at once, so that it does not leak from there."""

    form_class = NewPasswordForm
    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("accounts:password-reset-complete")

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:  # type: ignore[override]
        try:
            response = super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if self.request.user == form.user:
            # The session ends with all others; what is remembered next must not end with it.
            logout(self.request)
        came_by_link(self.request, form.user)
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """404 for a link that holds no longer, 422 for a password that won't do."""
        form = context["form"]
        status = 404 if form is None else UNPROCESSABLE if form.errors else 200
        return super().render_to_response(context, status=status, **kwargs)


@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_complete.html")
