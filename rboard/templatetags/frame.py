"""The bar on top of every page."""

from typing import NamedTuple

from django import template
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.template import Context
from django.template.defaultfilters import urlencode
from django.utils.safestring import SafeString

from discussions.fragments import Fragment

register = template.Library()


class NavbarKind(NamedTuple):
    signed_in: bool
    staff: bool
    unread: bool
    desk: bool
    waits: bool


_NAVBAR = Fragment(
    "_navbar.html", "site_name member_url username unread_letters desk_url waiting next"
)


@register.simple_tag(takes_context=True)
def navbar(context: Context) -> SafeString:
    """The bar on top, for `user`, who came by `request`."""
    user, site_name = context["user"], context["site_name"]
    fill = _NAVBAR.filler()
    if not user.is_authenticated:
        way_back = urlencode(_way_back(context["request"]))
        kind = NavbarKind(False, False, False, False, False)
        member = ("", "", "", "", "", way_back)
    else:
        unread, desk = str(context["unread_letters"]), context["desk"]
        kind = NavbarKind(True, user.has_a_role, unread != "0", bool(desk.url), desk.waiting != "0")
        own = (user.get_absolute_url(), user.username, unread)
        member = (*own, desk.url, desk.waiting, "")
    return SafeString(fill(kind, (site_name, *member)))


def _way_back(request: HttpRequest) -> str:
    """Where sign-in leads: here, or where somebody was on the way to when they came here."""
    try:
        asked_for = request.GET.get("next")
    except TooManyFieldsSent:  # the error page of that has a bar too
        asked_for = None
    return asked_for or request.get_full_path()
