"""Guards of views."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Member
from accounts.pages import is_own_page
from accounts.views.errors import form_expired

View = Callable[..., HttpResponseBase]


class MemberRequest(HttpRequest):
    """A request that has passed `member_required`."""

    user: Member


def member_required(view: View) -> View:
    """Lead guests to sign-in and back to the same place; what they wrote is shown to them."""

    own = refused_if_gone(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return own(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        if request.POST.get("text"):
            return form_expired(request, status=403)
        sign_in = redirect_to_login(page_before(request))
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(sign_in.url)
        return sign_in

    return guarded


def page_before(request: HttpRequest) -> str:
    """The path of the page that sent the form, or the front page."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return "/"
    parts = urlsplit(referer)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if is_own_page(request, path) else "/"


def refused_if_gone(view: View) -> View:
    """Answer what somebody sends while their account is deleted, which the database refuses."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except IntegrityError:
            if not _is_gone(request.user):
                raise
            raise PermissionDenied(_("Your account is gone.")) from None

    return answered


def _is_gone(user: Any) -> bool:
    """Whether who was signed in when the request came has no account any more."""
    if connection.needs_rollback or not user.is_authenticated:
        return False
    return not Member.objects.filter(pk=user.pk).exists()
