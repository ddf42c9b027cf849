"""What the proxies before the server say of those who ask."""

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from rboard.environment import Network

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_SAID = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID")


def is_among(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address is in one of the networks; what is no address is in none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


def _address(said: str) -> str:
    """The address alone, of those that come with a port, or in brackets too; "" if it is none."""
    said = said.strip()
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return ""


def behind_proxies(application: Application, trusted: Sequence[Network]) -> Application:
    """Take the client's address and scheme from the headers of proxies that are trusted.

    Of a chain of addresses the last that is no trusted proxy is the client: those before it a
    client can make up. What is no address ends the chain, since nobody vouches for what stands
    before it: the client is then who asks. From others the headers are dropped, so that nothing
    else believes them.
    """

    @lru_cache(maxsize=1_000)
    def is_trusted(address: str) -> bool:
        # Over a socket in the file system there is no address.
        return not address or is_among(address, trusted)

    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if is_trusted(environ.get("REMOTE_ADDR", "")):
            chain = [_address(part) for part in environ.get(_SAID[0], "").split(",")]
            client = next((part for part in reversed(chain) if not (part and is_trusted(part))), "")
            if client:
                environ["REMOTE_ADDR"] = client
            scheme = environ.get(_SAID[1], "").rpartition(",")[2].strip().lower()
            if scheme in {"http", "https"}:
                environ["wsgi.url_scheme"] = scheme
        else:
            for name in _SAID:
                environ.pop(name, None)
        return application(environ, start_response)

    return wsgi
