"""The headers that every answer carries (security.md, last paragraph)."""

from collections.abc import Mapping

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SWITCHED_OFF = ["camera", "geolocation", "microphone", "payment", "usb"]


def policy(value: str) -> dict[str, set[str]]:
    """A policy's directives; the order in which they stand means nothing."""
    parts = [part.split() for part in value.split(";") if part.strip()]
    assert len({name for name, *_ in parts}) == len(parts), "a directive twice"
    return {name: set(sources) for name, *sources in parts}


def lacking(headers: Mapping[str, str]) -> list[str]:
    """What is missing or wrong, in words."""
    wrong = [f"{name}: {headers.get(name)}" for name in EXPECTED if _differs(headers, name)]
    found = headers.get("Content-Security-Policy", "")
    if policy(found) != policy(CSP):
        wrong.append(f"Content-Security-Policy: {found}")
    if "Content-Security-Policy-Report-Only" in headers:
        wrong.append("a policy that only reports")
    features = headers.get("Permissions-Policy", "")
    wrong += [f"{name} is not off" for name in SWITCHED_OFF if f"{name}=()" not in features]
    if headers.get("X-Frame-Options", "DENY") != "DENY":
        wrong.append(f"X-Frame-Options: {headers['X-Frame-Options']}")
    return wrong + [
        f"{name} tells too much" for name in ("Server", "X-Powered-By") if name in headers
    ]


def _differs(headers: Mapping[str, str], name: str) -> bool:
    return headers.get(name) != EXPECTED[name]
