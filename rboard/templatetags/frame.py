"""The bar on top of every page."""

from typing import NamedTuple

from django import template
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


_NAVBAR = Fragment("_navbar.html", "site_name member_url username unread_letters next")


@register.simple_tag(takes_context=True)
def navbar(context: Context) -> SafeString:
    """The bar on top, for `user`, who came by `request`."""
    user = context["user"]
    values = {"site_name": context["site_name"]}
    if not user.is_authenticated:
        values["next"] = urlencode(_way_back(context["request"]))
        return _NAVBAR.filler()(NavbarKind(False, False, False), values)
    unread = str(context["unread_letters"])
    values |= {
        "member_url": user.get_absolute_url(),
        "username": user.username,
        "unread_letters": unread,
    }
    return _NAVBAR.filler()(NavbarKind(True, user.is_staff, unread != "0"), values)


def _way_back(request: HttpRequest) -> str:
    """Where sign-in leads: here, or where somebody was on the way to when they came here."""
    return request.GET.get("next") or request.get_full_path()
