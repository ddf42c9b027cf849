"""A visitor: keeps CSRF checks on, and sends forms as a browser sends them."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.core.signals import got_request_exception, request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client

from accounts.models import Member
from rboard.tests.security import dom
from rboard.wsgi import application

SITE = "http://testserver"
TOKEN = "csrfmiddlewaretoken"
# A secret of Django's older form, which a visitor may choose for himself in cookie and header.
CHOSEN_SECRET = "s" * 32
FORM = "application/x-www-form-urlencoded"


class Browser(Client):
    """Signed in as `member`, or a guest. An error of the site is an answer, not an exception."""

    def __init__(self, member: Member | None = None) -> None:
        super().__init__(enforce_csrf_checks=True, raise_request_exception=False)
        if member is not None:
            self.force_login(member)

    def request(self, **request: Any) -> Any:
        """Without copying the context of every template, as Django's own client does."""
        got_request_exception.connect(self.store_exc_info, dispatch_uid=id(self))
        try:
            response: Any = self.handler(self._base_environ(**request))
        finally:
            got_request_exception.disconnect(dispatch_uid=id(self))
        response.exc_info, self.exc_info = self.exc_info, None
        response.request = request
        self.cookies.update(response.cookies)
        return response

    def read(self, path: str) -> dom.Element:
        """The page at `path`, which must be there."""
        response = self.get(path)
        assert response.status_code == 200, f"{path} answers {response.status_code}"
        return dom.parse(response.content.decode())

    def submit(self, path: str, fields: Mapping[str, Any], **headers: str) -> HttpResponse:
        """Fill in the form of the page at `path` that has all these fields, and send it."""
        page = self.read(path)
        form = next((f for f in page.find("form") if fields.keys() <= _names(f)), None)
        assert form is not None, f"{path} has no form with {', '.join(fields)}"
        action = urljoin(path, form.attributes.get("action") or path)
        return self._send(action, _fields(form) | dict(fields), headers)

    def send(self, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """Post to `path` what no form need offer, with a good token from another page."""
        return self._send(path, {TOKEN: self.token()} | dict(fields or {}), headers)

    def _send(self, path: str, fields: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(path, fields, headers={"Origin": SITE} | named)

    def token(self) -> str:
        """The token of any form that this visitor is shown."""
        page = self.read("/appearance/")
        return next(page.find("input", name=TOKEN)).attributes["value"]

    def raw_form(self, path: str, fields: Mapping[str, Any], **headers: str) -> HttpResponse:
        """Post without reading a page first: cookie and header hold the token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.raw("POST", path, urlencode(fields).encode(), headers=named)

    def raw(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = FORM,
        *,
        headers: Mapping[str, str] | None = None,
        **environ: str,
    ) -> HttpResponse:
        """A request of any shape. Cookie and header hold the token, so that the body need not.

        What escapes the site altogether counts as status 500, as gunicorn would answer it.
        """
        self.cookies["csrf"] = CHOSEN_SECRET
        sent = {"Origin": SITE, "X-CSRFToken": CHOSEN_SECRET} | dict(headers or {})
        try:
            return self.generic(method, path, body, content_type, headers=sent, **environ)
        except Exception as error:
            return _broken(error)

    def served(self, method: str, path: str, body: bytes, content_type: str) -> HttpResponse:
        """The same through the application that gunicorn calls, with what stands before Django."""
        self.cookies["csrf"] = CHOSEN_SECRET
        parts = urlsplit(path)
        environ = self._base_environ(
            REQUEST_METHOD=method,
            PATH_INFO=parts.path,
            QUERY_STRING=parts.query,
            CONTENT_TYPE=content_type,
            CONTENT_LENGTH=str(len(body)),
            HTTP_ORIGIN=SITE,
            HTTP_X_CSRFTOKEN=CHOSEN_SECRET,
        )
        environ["wsgi.input"] = BytesIO(body)
        told: list[Any] = []
        # As Django's own client does: the test goes on with its connection.
        request_started.disconnect(close_old_connections)
        try:
            pieces = application(environ, lambda status, headers: told.extend([status, headers]))
            content = b"".join(pieces)
        except Exception as error:
            return _broken(error)
        finally:
            request_started.connect(close_old_connections)
        response = HttpResponse(content, status=int(told[0].split()[0]))
        for name, value in told[1]:
            response.headers[name] = value
        return response


def _broken(error: Exception) -> HttpResponse:
    """What gunicorn answers when an error reaches it."""
    response = HttpResponse(status=500)
    response.exc_info = (type(error), error, error.__traceback__)
    return response


def _names(form: dom.Element) -> set[str]:
    return {element.attributes.get("name", "") for element in form.walk()}


def _fields(form: dom.Element) -> dict[str, str]:
    """What a form would send if nothing were typed."""
    fields: dict[str, str] = {}
    for element in form.walk():
        name, kind = element.attributes.get("name"), element.attributes.get("type")
        if not name or "disabled" in element.attributes:
            continue
        if element.tag == "textarea":
            fields[name] = element.text.removeprefix("\n")
        elif element.tag == "select":
            fields[name] = _chosen(element)
        elif element.tag == "input" and kind not in {"checkbox", "radio"}:
            fields[name] = element.attributes.get("value", "")
        elif element.tag == "input" and "checked" in element.attributes:
            fields[name] = element.attributes.get("value", "on")
    return fields


def _chosen(select: dom.Element) -> str:
    options = list(select.find("option"))
    chosen = [option for option in options if "selected" in option.attributes] or options[:1]
    return chosen[0].attributes.get("value", chosen[0].text) if chosen else ""


def error_of(response: Any) -> str:
    """What broke, for the report of a test."""
    info = getattr(response, "exc_info", None)
    return f"{info[0].__name__}: {info[1]}"[:200] if info else ""


def leads_to_own_site(location: str) -> bool:
    """Whether a browser that gets this Location stays; it reads a backslash as a slash."""
    location = re.sub(r"[\t\r\n]", "", location.strip("\x00\x20")).replace("\\", "/")
    there = urlsplit(urljoin(f"{SITE}/login/", re.sub(r"^/{2,}", "//", location)))
    return (there.scheme, there.netloc) == ("http", "testserver")
