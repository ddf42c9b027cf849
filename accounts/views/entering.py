"""Registering, signing in and out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.forms import RegisterForm, SignInForm
from accounts.models import Member
from accounts.pages import form_page, next_page


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """Make an account and sign in; a form sent twice goes on as it did the first time."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    form = RegisterForm(request.POST if request.method == "POST" else None)
    member = _registered(form)
    if member is not None:
        login(request, member, backend="accounts.backends.MemberBackend")
        messages.success(request, _("Welcome, %(name)s!") % {"name": member.username})
        return HttpResponseRedirect(next_page(request))
    return _entrance(request, form, "accounts/register.html", _("Register"))


@sensitive_variables()
def _registered(form: RegisterForm) -> Member | None:
    """The member that the form made, or None with the form telling why not."""
    if not form.is_valid() or form.member is not None:
        return form.member
    typed = form.cleaned_data
    try:
        return actions.register(
            username=typed["username"], password=typed["password1"], email=typed["email"]
        )
    except ValidationError as error:
        form.add_error("username", error)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, and go on to where the visitor wanted to go."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.get_user())
        return HttpResponseRedirect(next_page(request))
    return _entrance(request, form, "accounts/login.html", _("Sign in"))


def _entrance(
    request: HttpRequest, form: RegisterForm | SignInForm, template: str, heading: str
) -> HttpResponse:
    wanted = next_page(request, default="")
    return form_page(request, form, heading=heading, template=template, next=wanted)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and no other."""
    if request.user.is_authenticated:
        logout(request)
        messages.success(request, _("You are signed out."))
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)
