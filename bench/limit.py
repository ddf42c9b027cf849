"""The limit that pages are held against: what a view costs that does nothing.

`/` answers with a page of `?bytes=` bytes, `/one/` does after one SELECT by primary key.
"""

import os
from functools import lru_cache

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

LINE = "<p>Nothing is looked up for this page, and nothing is made of it either.</p>\n"


def fixed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_page(int(request.GET["bytes"])))


def one(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM boards_board WHERE id = %s", [1])
        cursor.fetchone()
    return fixed(request)


@lru_cache
def _page(size: int) -> bytes:
    return (LINE * (size // len(LINE) + 1))[:size].encode()


urlpatterns = [path("", fixed), path("one/", one)]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.limit_settings")
application = get_wsgi_application()
