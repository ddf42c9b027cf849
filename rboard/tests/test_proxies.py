"""Whose word on the client's address and scheme is taken."""

from typing import Any

import pytest

from rboard.environment import networks
from rboard.proxies import behind_proxies


def seen(monkeypatch: pytest.MonkeyPatch, peer: str, **headers: str) -> tuple[str, str, str]:
    """The client's address, the scheme and the id that the application gets to see."""
    monkeypatch.setenv("TRUSTED", "10.0.0.0/8, 2001:db8::/32")
    environ: dict[str, Any] = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    environ |= {f"HTTP_X_{name.upper()}": value for name, value in headers.items()}
    application = behind_proxies(lambda _environ, _start: [], networks("TRUSTED"))
    application(environ, lambda *_: None)
    return (
        environ["REMOTE_ADDR"],
        environ["wsgi.url_scheme"],
        environ.get("HTTP_X_REQUEST_ID", ""),
    )


@pytest.mark.parametrize(
    ("peer", "chain", "client"),
    [
        ("10.1.1.1", "203.0.113.9", "203.0.113.9"),
        # What stands before the last foreign address, the client made up.
        ("10.1.1.1", "1.2.3.4, 203.0.113.9, 10.2.2.2", "203.0.113.9"),
        ("10.1.1.1", "10.3.3.3", "10.1.1.1"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("2001:db8::1", "2001:db9::7", "2001:db9::7"),
        ("::ffff:10.1.1.1", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.1", "198.51.100.1", "203.0.113.1"),
        ("10.1.1.1", "203.0.113.9:51234", "203.0.113.9"),
        ("10.1.1.1", "[2001:db9::7]:51234", "2001:db9::7"),
        ("10.1.1.1", "unknown", "10.1.1.1"),
        # Nobody vouches for what stands before it.
        ("10.1.1.1", "203.0.113.9, unknown", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9, unknown, 10.2.2.2", "10.1.1.1"),
        ("10.1.1.1", "203.0.113.9,", "10.1.1.1"),
        ("10.1.1.1", "unknown, 203.0.113.9", "203.0.113.9"),
        ("10.1.1.1", "x" * 5_000, "10.1.1.1"),
    ],
)
def test_the_clients_address(
    monkeypatch: pytest.MonkeyPatch, peer: str, chain: str, client: str
) -> None:
    assert seen(monkeypatch, peer, forwarded_for=chain)[0] == client


def test_the_scheme_and_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"forwarded_proto": "https", "request_id": "abc"}
    assert seen(monkeypatch, "10.1.1.1", **said)[1:] == ("https", "abc")
    assert seen(monkeypatch, "203.0.113.1", **said)[1:] == ("http", "")
    assert seen(monkeypatch, "10.1.1.1", forwarded_proto="ftp")[1] == "http"
