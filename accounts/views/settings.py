"""The member's own pages: settings, password, the end of the account."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.decorators import MemberRequest, member_required
from accounts.forms import AppearanceForm, ChangePasswordForm, DeleteAccountForm, SettingsForm
from accounts.pages import form_page, next_page
from accounts.preferences import preferences, remember


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@member_required
def settings(request: MemberRequest) -> HttpResponse:
    """E-mail address and bio."""
    form = SettingsForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.change_profile(
            member=request.user, email=form.cleaned_data["email"], bio=form.cleaned_data["bio"]
        )
        messages.success(request, _("Saved."))
        return redirect("accounts:settings")
    return form_page(request, form, heading=_("Settings"), template="accounts/settings.html")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@member_required
def change_password(request: MemberRequest) -> HttpResponse:
    """A new password; this session goes on, all others end."""
    form = ChangePasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.set_password(member=request.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(
            request, _("Your password is changed. You are signed out everywhere but here.")
        )
        return redirect("accounts:settings")
    return form_page(request, form, heading=_("Change your password"))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@member_required
def delete(request: MemberRequest) -> HttpResponse:
    """The end of the account, once the password proves that its owner asks for it."""
    form = DeleteAccountForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.delete_account(member=request.user)
        logout(request)
        messages.success(
            request, _("Your account is deleted. What you wrote stays, shown by [deleted].")
        )
        return redirect("/")
    return form_page(
        request, form, heading=_("Delete your account"), template="accounts/delete.html"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Colours and keys of this browser, for guests too."""
    if request.method == "POST":
        form = AppearanceForm(request.POST)
    else:
        form = AppearanceForm(initial=preferences(request))
    if form.is_valid():
        messages.success(request, _("Saved for this browser."))
        response = HttpResponseRedirect(next_page(request, default=request.path))
        remember(response, form.cleaned_data)
        return response
    return form_page(request, form, heading=_("Appearance"))
