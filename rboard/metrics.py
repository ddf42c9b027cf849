"""What Prometheus reads of the site at /metrics, if METRICS_ALLOW says from where.

Each process counts by itself; gunicorn.py names a folder in which they put their figures together.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from accounts.signals import registered
from discussions.models import Comment, Post
from discussions.signals import voted, written
from moderation.models import Case
from rboard.proxies import is_among
from rboard.requests import view_name

ADDRESS = "/metrics"
# Others a visitor may make up without end.
METHODS = {"GET", "HEAD", "OPTIONS", "POST"}

requests = Counter("rboard_requests", "Requests answered", ["view", "method", "status"])
seconds = Histogram(
    "rboard_request_seconds",
    "Seconds that an answer took",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
queries = Counter("rboard_queries", "Statements sent to databases", ["view"])
guest_pages = Counter("rboard_cache", "Guests' pages: hit, or miss", ["result"])
signups = Counter("rboard_signups", "Members who registered")
posts = Counter("rboard_posts", "Posts written")
comments = Counter("rboard_comments", "Comments written")
votes = Counter("rboard_votes", "Votes given, changed or taken back")


class Waiting:
    """Reads from the database what waits for moderators, when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with suppress(DatabaseError):
            waiting = Case.objects.filter(closed_at=None)
            oldest = waiting.order_by("opened_at").values_list("opened_at", flat=True).first()
            age = (timezone.now() - oldest).total_seconds() if oldest else 0
            yield GaugeMetricFamily(
                "rboard_reports_waiting", "Cases that wait for moderators", value=waiting.count()
            )
            yield GaugeMetricFamily(
                "rboard_oldest_report_seconds", "For how long the oldest of them waits", value=age
            )


def measured(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Count requests and what they cost, and answer /metrics to whom it is allowed."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info == ADDRESS:
            return _figures(request)
        began, counting = time.perf_counter(), _Statements()
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(counting))
            response = get_response(request)
        # Addresses that are none would be a label each.
        view = view_name(request) or "none"
        method = request.method if request.method in METHODS else "other"
        requests.labels(view, method, response.status_code).inc()
        seconds.labels(view).observe(time.perf_counter() - began)
        queries.labels(view).inc(counting.count)
        if result := getattr(request, "guest_page", ""):
            guest_pages.labels(result).inc()
        return response

    return middleware


class _Statements:
    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _figures(request: HttpRequest) -> HttpResponse:
    """The same answer to those who may not as where there are no figures."""
    if not is_among(request.META.get("REMOTE_ADDR", ""), settings.METRICS_ALLOW):
        return HttpResponseNotFound("Not found\n", content_type="text/plain")
    said = generate_latest(_registry())
    return HttpResponse(
        said, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    )


def _registry() -> CollectorRegistry:
    """All that the processes of this server have counted, and what the database says."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(Waiting())
    return registry


def count_deeds() -> None:
    """Listen to what members do."""
    _count(registered, signups)
    _count(written, posts, sender=Post)
    _count(written, comments, sender=Comment)
    _count(voted, votes)


def _count(signal: Signal, counter: Counter, **of: Any) -> None:
    """What is undone with its transaction is not counted."""
    signal.connect(lambda **_: transaction.on_commit(counter.inc), weak=False, **of)
