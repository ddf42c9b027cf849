"""A small server that plays S3: it keeps objects in memory, and lets in who has the key."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from django.conf import settings as django_settings

from rboard.uploads import uploads

KEY, SECRET = "the-key", "the/secret+of it"
BUCKET = "boards"


@dataclass
class Bucket:
    """`url` is for UPLOADS_URL; `objects` are what is in it."""

    url: str
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # methods


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def do_PUT(self) -> None:
        self.content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.is_let_in():
            self.bucket.objects[self.name] = self.content
            self.answer(200)

    def do_GET(self) -> None:
        if not self.is_let_in():
            return
        if not self.name:
            self.answer(200, self.listing().encode())
        elif self.name in self.bucket.objects:
            self.answer(200, self.bucket.objects[self.name])
        else:
            self.answer(404)

    do_HEAD = do_GET

    def do_DELETE(self) -> None:
        if self.is_let_in():
            self.bucket.objects.pop(self.name, None)
            self.answer(204)

    @property
    def name(self) -> str:
        path = unquote(urlsplit(self.path).path)
        assert path.startswith(f"/{BUCKET}")
        return path.removeprefix(f"/{BUCKET}").lstrip("/")

    def is_let_in(self) -> bool:
        self.bucket.asked.append(self.command)
        said = self.headers.get("Authorization", "")
        good = re.match(rf"AWS4-HMAC-SHA256 Credential={KEY}/\d+/eu-test/s3/aws4_request", said)
        if not good:
            self.answer(403)
        return bool(good)

    def listing(self) -> str:
        asked = parse_qs(urlsplit(self.path).query)
        prefix = asked.get("prefix", [""])[0]
        below = [name[len(prefix) :] for name in self.bucket.objects if name.startswith(prefix)]
        files = "".join(
            f"<Contents><Key>{escape(prefix + name)}</Key><Size>1</Size></Contents>"
            for name in below
            if "/" not in name
        )
        folders = "".join(
            f"<CommonPrefixes><Prefix>{escape(prefix + name)}/</Prefix></CommonPrefixes>"
            for name in sorted({name.partition("/")[0] for name in below if "/" in name})
        )
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{files}{folders}</ListBucketResult>"
        )

    def answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Last-Modified", "Mon, 23 Nov 2026 05:00:00 GMT")
            self.send_header("ETag", '"0"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Nothing to the console."""


@contextmanager
def serving_bucket() -> Iterator[Bucket]:
    class Answers(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        account = f"{KEY}:the%2Fsecret%2Bof%20it"
        place = f"127.0.0.1:{server.server_port}/{BUCKET}"
        Answers.bucket = Bucket(f"s3+http://{account}@{place}/up?region=eu-test")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Answers.bucket
        finally:
            server.shutdown()
            thread.join()


def keep_uploads_at(url: str, settings: Any) -> None:
    """As UPLOADS_URL would."""
    settings.STORAGES = django_settings.STORAGES | {"default": uploads("NO_UPLOADS_URL", url)}
