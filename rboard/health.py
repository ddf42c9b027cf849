"""Whether the server lives, and whether it can answer: /healthz and /readyz."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.cache import cache as default_cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase

from rboard import replica_lag
from rboard.guest_pages import CACHE_ERRORS

RETRY_AFTER = 5  # seconds


def probes(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer probes, which name no host of the site, speak no HTTPS and are not logged."""
    answers = {"/healthz": _health, "/readyz": _readiness}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = answers.get(request.path_info)
        if answer is None:
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = answer()
        response.headers["Cache-Control"] = "no-store"
        if request.method == "HEAD":
            response.content = b""
        return response

    return middleware


def _health() -> HttpResponse:
    """Asks for nothing: a server is not restarted because its database is gone."""
    return JsonResponse({"status": "ok"})


def _readiness() -> HttpResponse:
    """The database and its migrations are needed; the cache and a replica are not."""
    database = database_state()
    ready = database == "ok"
    said = {"status": "ok" if ready else "unready", "database": database, "cache": cache_state()}
    if ready and replica_lag.ALIAS in settings.DATABASES:
        said["replica"] = replica_lag.state()
    response = JsonResponse(said, status=200 if ready else 503)
    if not ready:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def database_state() -> str:
    """ "ok", "unreachable", or "migrations missing"."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # Those of a database are never undone while this code serves, so once is enough.
        return "ok" if _is_migrated() else "migrations missing"
    except Error:
        return "unreachable"


class _NotYet(Exception):
    """Keeps an answer that may change from being kept."""


def _is_migrated() -> bool:
    try:
        _look_at_migrations()
    except _NotYet:
        return False
    return True


@cache
def _look_at_migrations() -> None:
    if missing_migrations():
        raise _NotYet


def missing_migrations() -> list[str]:
    """Those of this code that the database lacks; it may have later ones."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def cache_state() -> str:
    """ "ok" or "unreachable"; pages are made without it."""
    try:
        default_cache.get("readyz")
    except CACHE_ERRORS:
        return "unreachable"
    return "ok"
