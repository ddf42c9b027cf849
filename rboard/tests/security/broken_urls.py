"""The site's addresses, and some that break."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from rboard.urls import handler400, handler403, urlpatterns

__all__ = ["handler400", "handler403", "urlpatterns"]

SECRET = "a secret in a local variable"


def breaks(request: HttpRequest) -> HttpResponse:
    hidden: Any = SECRET
    raise RuntimeError(f"It broke with {hidden}")


def breaks_the_database(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nonsense FROM nowhere")
    return HttpResponse("not reached")


def breaks_late(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=200, headers={"X-Number": 1 / len("")})


urlpatterns = [
    path("breaks/", breaks),
    path("breaks/database/", breaks_the_database),
    path("breaks/late/", breaks_late),
    *urlpatterns,
]
