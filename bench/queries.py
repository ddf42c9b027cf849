"""How many queries each page makes."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.serving import HOST


def main(pages: dict[str, dict[str, str]], reader: str) -> dict[str, dict[str, int]]:
    """By page and visitor, given the page's address for each and the reader's cookie."""
    visitors = {"guest": visitor(), "member": visitor(reader)}
    return {
        page: {name: count(visitors[name], path) for name, path in paths.items() if path}
        for page, paths in pages.items()
    }


def visitor(cookie: str = "") -> Client:
    client = Client(SERVER_NAME=HOST)
    client.cookies.load(cookie)
    return client


def count(client: Client, path: str) -> int:
    client.get(path)  # what is asked once in the life of a process is not the page's
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)
