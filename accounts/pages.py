"""What the pages of every app do alike: forms that come back, and where a visitor goes next."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

# How forms that come back with errors answer, so that htmx and people tell them from success.
UNPROCESSABLE = 422

# Pages that say nothing to who has just signed in, or that can't be opened at all.
NOT_NEXT = ("/password-reset/", "/logout/")


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    heading: str,
    template: str = "_form_page.html",
    **context: Any,
) -> HttpResponse:
    """A page that is one form: fresh, or back with its errors and what was typed."""
    status = UNPROCESSABLE if form.errors else 200
    context |= {"form": form, "heading": heading}
    return render(request, template, context, status=status)


# A post or a comment on the page that `next` names.
_PLACE = re.compile("[cp][0-9]{1,18}")


def next_page(request: HttpRequest, default: str = "/") -> str:
    """The page of this site that the form or the address names in `next`, or else `default`.

    `at` in the address names a post or a comment there.
    """
    wanted = request.POST.get("next") or request.GET.get("next", "")
    place = request.GET.get("at", "")
    if wanted and _PLACE.fullmatch(place):
        wanted = f"{wanted.partition('#')[0]}#{place}"
    if not is_own_page(request, wanted) or wanted.startswith(NOT_NEXT):
        return default
    return wanted


def is_own_page(request: HttpRequest, url: str) -> bool:
    """Whether a visitor may be sent to `url`: no other site, and nothing relative to this page."""
    return url.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
