"""The files that the operators' guide shows do what it says of them."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

import pytest

from rboard.tests.browser.site import ROOT
from rboard.tests.guides import DOCS, files_of

GUIDE = (DOCS / "operators.md").read_text()
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
AROUND = """
pid {folder}/pid; worker_processes 1;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


class Tells(BaseHTTPRequestHandler):
    """Answers with what it was sent."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(self.headers)).encode())

    def log_message(self, *_args: object) -> None:
        """Nothing to the console."""


@pytest.fixture
def behind() -> Iterator[int]:
    """The port of a server that stands where rboard would."""
    with HTTPServer(("127.0.0.1", 0), Tells) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048",
         "-subj", "/CN=board.example", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


@pytest.fixture
def front(behind: int, tmp_path: Path) -> Iterator[int]:
    """The port on which nginx, as the guide has it, speaks HTTPS."""
    if not (NGINX and shutil.which("openssl")):
        pytest.skip("no nginx, or no openssl")
    folder = tmp_path
    certificate(folder)
    with listening() as first, listening() as second:
        plain, port = first.getsockname()[1], second.getsockname()[1]
    [site] = files_of(GUIDE, "nginx")
    for word, here in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/letsencrypt/live/board.example": str(folder),
        "http://127.0.0.1:8000": f"http://127.0.0.1:{behind}",
    }.items():
        assert word in site
        site = site.replace(word, here)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, site=site))
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]
    subprocess.run(command, check=True)  # ends once it listens
    yield port
    subprocess.run([*command, "-s", "stop"], check=True)


def test_nginx_tells_who_asks_and_how(front: int, tmp_path: Path) -> None:
    request = Request(f"https://127.0.0.1:{front}/", headers={"Host": "board.example"})
    request.add_header("X-Forwarded-Proto", "http")
    request.add_header("X-Request-ID", "mine")
    with urlopen(
        request, context=ssl.create_default_context(cafile=tmp_path / "fullchain.pem")
    ) as answer:
        told = {name.lower(): value for name, value in json.load(answer).items()}
    assert told["host"] == "board.example"
    assert told["x-forwarded-proto"] == "https"
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert len(told["x-request-id"]) == 32


def test_the_settings_of_a_service_are_good(tmp_path: Path) -> None:
    settings = next(text for text in files_of(GUIDE, "ini") if text.startswith("PUBLIC_URL"))
    (tmp_path / "rboard.env").write_text(f"SECRET_KEY={'k3y' * 20}\n{settings}")
    shown = "from rboard.settings import *; print(PUBLIC_URL, EMAIL_HOST, EMAIL_USE_TLS)"
    said = subprocess.check_output(
        [sys.executable, "-c", shown],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": str(tmp_path / "rboard.env")},
        text=True,
    )
    assert said == "https://board.example mail.example True\n"
