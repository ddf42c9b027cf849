"""Somebody with a browser, at a site that runs in processes of its own."""

import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.parse import urlencode

PASSWORD = "correct horse battery staple"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECONDS = 30


class Answer(NamedTuple):
    status: int
    url: str
    text: str


class Visitor:
    """Keeps cookies, follows redirects, sends forms with the token of the page they are on."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.site + path))

    def read(self, path: str) -> str:
        """The page at `path`, which must be there."""
        answer = self.get(path)
        assert answer.status == 200, f"{path} answers {answer.status}"
        return answer.text

    def send(self, path: str, fields: Mapping[str, str], *, page: str = "") -> Answer:
        """Post to `path` with the token of `page` (by default of the same address)."""
        token = TOKEN.search(self.read(page or path))
        assert token, f"no form at {page or path}"
        body = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        request = urllib.request.Request(self.site + path, body, {"Origin": self.site})
        answer = self._open(request)
        assert answer.status == 200, f"a form to {path} answers {answer.status}"
        return answer

    def register(self, name: str) -> None:
        fields = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
        self.send("/register/", fields)

    def sign_in(self, name: str) -> None:
        self.send("/login/", {"username": name, "password": PASSWORD})

    def forget(self, cookie: str) -> None:
        """As a browser does when its time has come."""
        for kept in list(self.cookies):
            if kept.name == cookie:
                self.cookies.clear(kept.domain, kept.path, kept.name)

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=SECONDS) as response:
                return Answer(response.status, response.url, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, request.full_url, error.read().decode(errors="replace"))
