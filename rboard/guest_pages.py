"""Guests' pages, kept ready for some seconds and dropped when what they show changes.

A guest's page depends on its address and on two cookies. Pages are kept in the cache "default", in
each process or in Redis; next to them stand stamps, renewed by whatever changes a thread or a list,
and a page counts only as long as the stamps it was made under. Votes renew nothing: scores may be
`PAGE_CACHE_SECONDS` old.
"""

import hashlib
import importlib
import mmap
import re
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeGuard

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response

from accounts.preferences import preferences

EVERYTHING = "everything"
LISTS = "lists"
SLOTS = 65_536
# Whoever brings one of these is no plain guest.
_OWN_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
_THREAD = re.compile(r"/b/[^/]+/(\d+)/")

# What the forms of these addresses change, a guest does not see at once.
_HARMLESS = {"discussions:post-vote", "discussions:comment-vote", "boards:subscribe"}
_HARMLESS |= {"accounts:register", "accounts:login", "accounts:logout", "accounts:appearance"}
_HARMLESS |= {"inbox:read", "inbox:read-all"}


class SharedStamps:
    """Stamps in memory that all processes of a server share, since they part after this is made.

    Names that fall into one slot are renewed together, which costs a page now and then.
    """

    def __init__(self) -> None:
        self._slots = memoryview(mmap.mmap(-1, 8 * SLOTS)).cast("Q")

    def age(self, names: Sequence[str]) -> float:
        """For how many seconds none of them was renewed."""
        return (time.monotonic_ns() - max(self.read(names))) / 1e9

    def read(self, names: Sequence[str]) -> list[int]:
        return [self._slots[zlib.crc32(name.encode()) % SLOTS] for name in names]

    def renew(self, names: Sequence[str]) -> None:
        # The time, not a count: two who renew at once need not wait for each other.
        for name in names:
            self._slots[zlib.crc32(name.encode()) % SLOTS] = time.monotonic_ns()


class CachedStamps:
    """Stamps in the cache, which several servers share."""

    CLOCKS = 1.0  # seconds by which those of two servers may differ

    def age(self, names: Sequence[str]) -> float:
        return (time.time_ns() - max(self.read(names))) / 1e9 - self.CLOCKS

    def read(self, names: Sequence[str]) -> list[int]:
        found = cache.get_many([f"stamp-{name}" for name in names])
        return [found.get(f"stamp-{name}", 0) for name in names]

    def renew(self, names: Sequence[str]) -> None:
        stamp = time.time_ns()
        cache.set_many({f"stamp-{name}": stamp for name in names}, timeout=24 * 60 * 60)


class Kept(NamedTuple):
    stamps: list[int]
    headers: list[tuple[str, str]]
    content: bytes

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, headers=dict(self.headers))


def _cache_errors() -> tuple[type[Exception], ...]:
    """What a Redis raises that is gone or hangs; its library is loaded only where it is used."""
    return (importlib.import_module("redis").RedisError,) if settings.REDIS_URL else ()


CACHE_ERRORS = _cache_errors()
stamps = CachedStamps() if settings.REDIS_URL else SharedStamps()


def guest_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer guests from kept pages, and renew the stamps of what a form has changed."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            response = get_response(request)
            _renew_stamps(request, response)
            return response
        if not settings.PAGE_CACHE_SECONDS or request.method == "OPTIONS" or not _is_guest(request):
            return get_response(request)
        return _kept_or_made(request, get_response)

    return middleware


def _kept_or_made(
    request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    key = _key(request)
    try:
        # Read before the page is made: what changes meanwhile makes it count for nothing.
        current = stamps.read(_shown_by(request))
        kept = cache.get(key)
        if kept is not None and kept.stamps == current:
            page = kept.response()
            _note(request, "hit")
            return get_conditional_response(request, page["ETag"], response=page) or page
    except CACHE_ERRORS:
        return get_response(request)
    response = get_response(request)
    _note(request, "miss")
    if _may_be_kept(response):
        kept = Kept(current, list(response.items()), response.content)
        with suppress(*CACHE_ERRORS):
            cache.set(key, kept, settings.PAGE_CACHE_SECONDS)
    return response


def unchanged_for(request: HttpRequest) -> float:
    """For how many seconds no form has changed what an address shows, as far as is known."""
    try:
        return stamps.age(_shown_by(request))
    except CACHE_ERRORS:
        return 0.0


def _note(request: HttpRequest, result: str) -> None:
    """For rboard/metrics.py."""
    request.guest_page = result  # type: ignore[attr-defined]


def _is_guest(request: HttpRequest) -> bool:
    return "HX-Request" not in request.headers and not any(
        name in request.COOKIES for name in _OWN_COOKIES
    )


def _key(request: HttpRequest) -> str:
    """All that a guest's page depends on."""
    chosen = preferences(request)
    parts = (
        request.scheme or "",
        request.META.get("HTTP_HOST", ""),
        request.get_full_path(),
        "gzip" if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "") else "",
        *chosen.values(),
    )
    return "page-" + hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _shown_by(request: HttpRequest) -> list[str]:
    """The names of the stamps of what an address shows."""
    thread = _THREAD.match(request.path_info)
    return [EVERYTHING, f"post-{thread[1]}" if thread else LISTS]


def _may_be_kept(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and "ETag" in response
        and not re.search("no-store|private", response.get("Cache-Control", ""))
    )


def _renew_stamps(request: HttpRequest, response: HttpResponseBase) -> None:
    refused = response.status_code >= 400 or _leads_to_sign_in(response)
    names = [] if refused else _changed_by(request)
    if names:
        with suppress(*CACHE_ERRORS):
            stamps.renew(names)


def _leads_to_sign_in(response: HttpResponseBase) -> bool:
    """Whether nothing came of a form because a guest sent it."""
    address = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
    return address.partition("?")[0] == reverse(settings.LOGIN_URL)


def _changed_by(request: HttpRequest) -> list[str]:
    """The names of the stamps of what a form may have changed."""
    match = request.resolver_match
    if match is None or match.view_name in _HARMLESS:
        return []
    if match.view_name == "discussions:submit":
        return [LISTS]
    if "post_id" not in match.kwargs:
        return [EVERYTHING]
    thread = f"post-{match.kwargs['post_id']}"
    # Lists show a new comment in their next edition.
    return [thread] if match.view_name == "discussions:post-reply" else [thread, LISTS]
