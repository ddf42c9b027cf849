"""Bad input gets an answer in words, and never an error of the site."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from rboard.tests.security import dom
from rboard.tests.security.browser import CHOSEN_SECRET, FORM, Browser, error_of
from rboard.tests.security.garbage import (
    BODIES,
    CHARSETS,
    CONTENT_TYPES,
    CURSORS,
    IN_PATHS,
    PART,
    VALUES,
    WHOLE,
    values_for,
)
from rboard.tests.security.headers import lacking
from rboard.tests.security.visitors import Places, Visitors, every_address

pytestmark = pytest.mark.django_db

PASSWORD = "a long password"


class Report:
    """Sends requests, each undone behind it, and keeps what broke."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        browser.get("/appearance/")
        self.broken: list[str] = []
        self.statuses: dict[int, int] = {}

    def send(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            answer = self.browser.raw(method, path, *args, **kwargs)
            transaction.set_rollback(True)
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        lack = lacking(answer.headers)
        if answer.status_code >= 500 or lack:
            what = f"{method} {path[:80]} {str(args)[:120]} {str(kwargs)[:120]}"
            self.broken.append(f"{what}: {error_of(answer) or lack}")
        return answer

    def serve(self, method: str, path: str, body: bytes, content_type: str) -> None:
        """The same through what stands before Django."""
        with transaction.atomic():
            answer = self.browser.served(method, path, body, content_type)
            transaction.set_rollback(True)
        lack = lacking(answer.headers)
        if answer.status_code >= 500 or lack:
            self.broken.append(
                f"{method} {path[:80]} {content_type[:80]}: {error_of(answer) or lack}"[:300]
            )

    def check(self) -> None:
        shown = "\n".join(self.broken[:40])
        assert not self.broken, f"{len(self.broken)} answers broke:\n{shown}"


def body_with(fields: dict[str, str], name: str, *values: str) -> bytes:
    """A form with all its fields, one of them with raw values instead of its own."""
    pairs = [f"{key}={quote(value)}" for key, value in fields.items() if key != name]
    return "&".join(pairs + [f"{name}={value}" for value in values]).encode()


FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "/register/": (
        "guest",
        {
            "username": "newbie",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "email": "",
            "next": "",
        },
    ),
    "/login/": ("guest", {"username": "ben", "password": PASSWORD, "next": ""}),
    "/admin/login/": ("guest", {"username": "olga", "password": PASSWORD, "next": ""}),
    "/password-reset/": ("guest", {"email": "ben"}),
    "/appearance/": ("guest", {"theme": "dark", "keys": "on", "next": ""}),
    "/settings/": ("member", {"email": "", "bio": "x", "password": PASSWORD}),
    "/settings/password/": (
        "member",
        {"old_password": PASSWORD, "new_password1": "An0ther one", "new_password2": "An0ther one"},
    ),
    "/settings/delete/": ("member", {"password": PASSWORD}),
    "/logout/": ("member", {"next": ""}),
    "/boards/new/": (
        "member",
        {"name": "board_n", "title": "N", "description": "x", "rules": "x", "is_private": ""},
    ),
    "/b/board_a/edit/": (
        "moderator of the private board",
        {"title": "N", "description": "x", "rules": "x", "is_private": ""},
    ),
    "/b/board_a/members/appoint/": (
        "moderator of the private board",
        {"username": "ben", "powers": "may_content", "owner": ""},
    ),
    "/b/board_a/members/take-off/": ("moderator of the private board", {"username": "ben"}),
    "/b/board_a/members/approve/": ("moderator", {"username": "ben"}),
    "/b/board_a/members/dismiss/": ("moderator", {"username": "ben"}),
    "/b/board_a/members/lift/": ("moderator", {"username": "ben"}),
    "/b/board_a/members/step-down/": ("moderator", {"username": "ben"}),
    "/b/board_a/subscribe/": ("member", {"subscribed": "1"}),
    "/b/board_a/submit/": (
        "member",
        {"title": "x", "url": "", "text": "", "once": "", "again": "", "preview": ""},
    ),
    "<post>reply/": ("member", {"text": "x", "parent": "", "once": "", "preview": ""}),
    "<post>edit/": ("author", {"title": "x", "text": "x", "preview": ""}),
    "<post>vote/": ("member", {"value": "1"}),
    "<post>lock/": ("moderator", {"locked": "1"}),
    "<post>delete/": ("author", {"x": ""}),
    "<comment>edit/": ("author", {"text": "x", "preview": ""}),
    "<comment>vote/": ("member", {"value": "-1"}),
    "/inbox/<letter>/read/": ("author", {"next": ""}),
    "/inbox/read/": ("author", {"next": ""}),
}


@pytest.fixture
def filled(places: Places, post: Post, comment: Comment) -> dict[str, str]:
    """What stands for the marks in the paths of FORMS."""
    letter = str(places.public["letter_id"])
    return {"<post>": post.address, "<comment>": comment.address, "<letter>": letter}


def fill(path: str, filled: dict[str, str]) -> str:
    for mark, value in filled.items():
        path = path.replace(mark, value)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_no_field_breaks_a_form(form: str, visitors: Visitors, filled: dict[str, str]) -> None:
    visitor, fields = FORMS[form]
    report = Report(Browser(visitors[visitor]))
    path = fill(form, filled)
    # An empty button is not pressed.
    usual = {key: value for key, value in fields.items() if key not in {"preview", "is_private"}}
    for place, name in enumerate(fields):
        for value in values_for(place):
            report.send("POST", path, body_with(usual, name, value))
        report.send("POST", path, body_with(usual, name))
        report.send("POST", path, body_with(usual, name, "1", "x"))
        report.send("POST", path, body_with(usual, name, *["1"] * 50))
        for value in ("%00", "9" * 30):
            body = body_with(usual, name, value)
            report.send("POST", path, body, headers={"HX-Request": "true"})
    report.check()


MULTIPART = "multipart/form-data; boundary=b"


@pytest.mark.parametrize("form", ["/login/", "/settings/", "<post>reply/"])
def test_no_body_breaks_a_form(form: str, visitors: Visitors, filled: dict[str, str]) -> None:
    visitor, _fields = FORMS[form]
    report = Report(Browser(visitors[visitor]))
    path = fill(form, filled)
    for body, kind in itertools.product(BODIES, (FORM, MULTIPART)):
        report.send("POST", path, body, kind)
    for kind in CONTENT_TYPES:
        report.send("POST", path, b"text=x", kind)
    report.check()


@pytest.mark.parametrize("form", ["/login/", "<post>reply/"])
def test_no_encoding_breaks_a_form(form: str, visitors: Visitors, filled: dict[str, str]) -> None:
    visitor, _fields = FORMS[form]
    report = Report(Browser(visitors[visitor]))
    path = fill(form, filled)
    for charset, kind in itertools.product(CHARSETS, (FORM, MULTIPART, "text/plain")):
        report.serve("POST", path, WHOLE, f"{kind}; charset={charset}")
        report.serve("GET", f"{path}?q=%5Cud800+2AA-", b"", f"{kind}; charset={charset}")
    report.check()


def test_no_form_breaks_at_all(visitors: Visitors, filled: dict[str, str]) -> None:
    for form, (visitor, _fields) in FORMS.items():
        report = Report(Browser(visitors[visitor]))
        for body, kind in ((b"a=1&" * 2000, FORM), (PART, MULTIPART), (b"{}", "application/json")):
            report.send("POST", fill(form, filled), body, kind)
        report.check()


@pytest.mark.parametrize("form", FORMS)
def test_five_megabytes_are_refused(form: str, visitors: Visitors, filled: dict[str, str]) -> None:
    visitor, fields = FORMS[form]
    report = Report(Browser(visitors[visitor]))
    path = fill(form, filled)
    name = next(iter(fields))
    load = b"x" * 5_000_000
    part = b'--b\r\nContent-Disposition: form-data; name="%b"' % name.encode()
    for body, kind in (
        (name.encode() + b"=" + load, FORM),
        (part + b"\r\n\r\n" + load + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    ):
        answer = report.send("POST", path, body, kind)
        assert answer.status_code in {400, 413}
        assert len(answer.content) < 100_000
    upload = part + b'; filename="x"\r\n\r\n' + load + b"\r\n--b--\r\n"
    report.send("POST", path, upload, "multipart/form-data; boundary=b")
    report.check()


def test_text_in_utf8_is_taken(post: Post, ben: Member) -> None:
    """Else the refusals above would prove nothing."""
    browser = Browser(ben)
    browser.get("/appearance/")
    for kind in (f"{MULTIPART}; charset=UTF-8", f'{MULTIPART}; charset="utf-8"', MULTIPART):
        assert browser.served("POST", f"{post.address}reply/", WHOLE, kind).status_code == 302
    plain = f"{FORM}; charset=UTF-8"
    assert browser.served("POST", f"{post.address}vote/", b"value=1", plain).status_code == 302


def test_encodings_smuggle_nothing_in(a: Board, post: Post, ben: Member) -> None:
    """Encodings that can spell half of a surrogate pair, which no database takes."""
    report = Report(Browser(ben))
    texts = (b"\\ud800", b"+2AA-", b"\xd8\x00", b"\\x00", b"+AAA-")
    for charset, text in itertools.product(CHARSETS, texts):
        for path, names in (
            (f"{post.address}reply/", ["text"]),
            ("/boards/new/", ["name", "title"]),
        ):
            body = b"".join(
                b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\nx%b\r\n'
                % (name.encode(), text)
                for name in names
            )
            report.serve("POST", path, body + b"--b--\r\n", f"{MULTIPART}; charset={charset}")
    report.check()


# Pages, and the parameters that they read.
PAGES = {
    "/": ["sort", "t", "after", "feed"],
    "/boards/": ["sort", "q", "after"],
    "/b/board_a/": ["sort", "t", "after"],
    "/b/board_a/about/": [],
    "/b/board_a/members/": ["after"],
    "/b/board_a/submit/": ["title", "url", "text"],
    "/u/ann/": ["after"],
    "/u/ann/comments/": ["after"],
    "/inbox/": ["after", "show"],
    "/login/": ["next"],
    "/register/": ["next"],
    "/settings/": [],
    "/appearance/": ["next"],
    "/password-reset/": [],
    "<thread>": ["sort", "after"],
    "<permalink>": ["sort", "after"],
    "<comment>reply/": [],
    "<comment>history/": [],
}
EVERY_PARAMETER = [
    "sort",
    "t",
    "after",
    "feed",
    "show",
    "q",
    "next",
    "title",
    "url",
    "text",
    "page",
]
# Orders by numbers, by moments and by names.
SORTS = {
    "/": ["hot", "new", "top"],
    "/b/board_a/": ["controversial", "active", "top"],
    "/boards/": ["active", "size", "name"],
    "<thread>": ["best", "new", "top"],
    "<permalink>": ["controversial", "old"],
}


@pytest.fixture
def opened(filled: dict[str, str], post: Post, comment: Comment) -> dict[str, str]:
    return filled | {
        "<thread>": post.get_absolute_url(),
        "<permalink>": comment.get_absolute_url(),
    }


@pytest.mark.parametrize("page", PAGES)
def test_no_parameter_breaks_a_page(page: str, visitors: Visitors, opened: dict[str, str]) -> None:
    report = Report(Browser(visitors["moderator"]))
    path = fill(page, opened)
    for place, name in enumerate(PAGES[page]):
        for value in values_for(place):
            report.send("GET", f"{path}?{name}={value}")
        report.send("GET", f"{path}?{name}=1&{name}=x")
        report.send("GET", f"{path}?{name}[]=1&{name}[a]=x&{name}")
    for value in VALUES:
        report.send("GET", f"{path}?" + "&".join(f"{name}={value}" for name in EVERY_PARAMETER))
    for query in ("&&==", "%00=%00", "=", "?", "a=1&" * 300, "a" * 100_000, "%ed%a0%80=1"):
        report.send("GET", f"{path}?{query}")
    # As bytes that no browser sends, and no percent-encoding stands for.
    report.send("GET", path, QUERY_STRING="after=\xed\xa0\x80&q=\xff&sort=\xc3\xbc")
    report.check()


@pytest.mark.parametrize("page", [*SORTS, "/u/ann/", "/inbox/", "/b/board_a/members/"])
def test_no_cursor_breaks_a_page(page: str, visitors: Visitors, opened: dict[str, str]) -> None:
    report = Report(Browser(visitors["moderator"]))
    path = fill(page, opened)
    for sort, cursor in itertools.product(SORTS.get(page, [""]), CURSORS):
        report.send(
            "GET", f"{path}?sort={sort}&after={cursor}" if sort else f"{path}?after={cursor}"
        )
    report.check()
    assert report.statuses[400] > len(CURSORS) // 4


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_path_breaks_the_site(method: str, visitors: Visitors, places: Places) -> None:
    report = Report(Browser(visitors["moderator of the private board"]))
    body = b"value=1&text=x&title=x&locked=1&subscribed=1&username=ben" if method == "POST" else b""
    for address in every_address():
        if address.is_of_admin or (method == "POST" and "<" not in address.route):
            continue
        usual = {name: str(value) for name, value in places.public.items()}
        for argument in address.arguments:
            for garbage in IN_PATHS[:: 1 if method == "GET" else 4]:
                path = address.path(usual | {argument: garbage})
                report.send(method, path, body)
    report.check()


def test_no_path_breaks_the_admin(visitors: Visitors, places: Places) -> None:
    report = Report(Browser(visitors["superuser"]))
    for address in every_address():
        if address.is_of_admin and address.arguments:
            for garbage in IN_PATHS[::2]:
                path = address.route
                for argument in address.arguments:
                    path = path.replace(f"<{argument}>", garbage)
                report.send("GET", path)
    report.check()


LISTS_OF_ADMIN = ["q", "o", "p", "all", "_facets", "_popup", "_to_field", "id", "pk"]


def test_no_parameter_breaks_the_admin(visitors: Visitors, places: Places) -> None:
    report = Report(Browser(visitors["superuser"]))
    few = ["%00", "%ed%a0%80", "9" * 30]
    for address in every_address():
        if address.is_of_admin and address.name.endswith(("changelist", "autocomplete")):
            path = address.path(places.public)
            for name, value in itertools.product(LISTS_OF_ADMIN, few):
                report.send("GET", f"{path}?{name}={value}")
            for model in ("app_label=boards&model_name=post&field_name=author", "app_label=%00"):
                report.send("GET", f"{path}?{model}&term=%00")
    report.check()


def forms_of(page: dom.Element) -> Iterator[list[str]]:
    for form in page.find("form", method="post"):
        names = {element.attributes.get("name", "") for element in form.walk()} - {""}
        if names - {"csrfmiddlewaretoken"}:
            yield sorted(names)


def test_no_form_of_the_admin_breaks(visitors: Visitors, places: Places) -> None:
    """All fields of a form filled with the same garbage, for each form that the admin shows."""
    report = Report(Browser(visitors["superuser"]))
    few = ["%00", "%ed%a0%80", "9" * 30, "%C2%B2", "x", "2020-01-01", ""]
    found = 0
    for address in every_address():
        if not address.is_of_admin or "logout" in address.name:
            continue
        path = address.path(places.private)
        answer = report.send("GET", path)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        for names in forms_of(dom.parse(answer.content.decode())):
            found += 1
            for value in few:
                report.send("POST", path, "&".join(f"{name}={value}" for name in names).encode())
    report.check()
    assert found > 5


COOKIES = [
    'session="\\000aaaaaaaaaaaaaaaa"',
    'session="\\355\\240\\200aaaaaaaaaaaa"',
    "session=" + "a" * 8000,
    "session=",
    "session=\xff\xfe\xed\xa0\x80aaaaaa",
    "session=%00aaaaaaaaaaaaaa",
    'messages="\\000"',
    "messages=W1siX19qc29uX21lc3NhZ2UiLDAsMjUsIngiXV0:x:x",
    "messages=" + "a" * 8000,
    'csrf="\\000"',
    "csrf=\xff",
    'theme="\\000"; keys="\\000"',
    "theme=<script>; keys=\xff",
    ";;;===;;",
    "a=" + "b" * 50_000,
    "; ".join(f"c{number}=1" for number in range(1000)),
]


@pytest.mark.parametrize("cookie", COOKIES, ids=lambda cookie: repr(cookie)[:40])
def test_no_cookie_breaks_the_site(cookie: str, places: Places) -> None:
    report = Report(Browser())
    for path in ("/", "/settings/", "/login/", "/nothing/", "/admin/", "/static/nothing.css"):
        report.send("GET", path, HTTP_COOKIE=cookie)
        report.send("POST", path, b"x=y", HTTP_COOKIE=f"{cookie}; csrf={CHOSEN_SECRET}")
    report.check()


def pairs(names: Iterable[str], values: Iterable[str]) -> list[dict[str, str]]:
    return [{name: value} for name, value in itertools.product(names, values)]


# What HTTP servers pass on; they refuse control characters and lengths that are none.
HEADERS = [
    *pairs(["Host"], ["", "evil", "testserver:x", "[::1", "a b", "\xff", "@", "x" * 5000]),
    *pairs(["Referer"], ["http://[", "\xff", "//", "http://testserver/\xed\xa0\x80", ":", "x:"]),
    *pairs(["Referer"], ["http://testserver/?" + "x" * 40_000, "http://testserver", "?", "#"]),
    *pairs(["Origin"], ["http://[", "\xff", "null", "x" * 5000, ":", "http://a:b"]),
    *pairs(["HX-Current-URL"], ["http://[", "\xff", "//", "javascript:x"]),
    *pairs(["If-Modified-Since", "If-None-Match", "Range"], ["x", "\xff", "bytes=99-1", "W/", '"']),
    *pairs(["Accept-Language", "Accept", "Accept-Encoding"], ["\xff", "x" * 9000, ",;q=x", "*"]),
    *pairs(["X-CSRFToken"], ["", "\xff", "x" * 100_000]),
    *pairs(["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"], ["\xff", "evil,evil", ""]),
    *pairs(["Authorization", "Expect", "Upgrade", "X-HTTP-Method-Override"], ["\xff", "DELETE"]),
    *pairs(["X-Requested-With", "HX-Prompt", "HX-Target", "HX-Boosted"], ["\xff", "true"]),
]


def test_no_header_breaks_the_site(visitors: Visitors, post: Post) -> None:
    report = Report(Browser(visitors["member"]))
    for headers in HEADERS:
        report.send("GET", "/", headers=headers)
        report.send("GET", "/nothing/", headers=headers)
        report.send("POST", f"{post.address}vote/", b"value=1", headers=headers)
        report.send("POST", "/login/", b"username=x", headers=headers)
    report.check()


LONG = [
    "/" + "x" * 200_000,
    "/" + "x/" * 50_000,
    "/b/" + "x" * 100_000 + "/",
    "/u/" + "%E2%80%AE" * 20_000 + "/",
    "//" * 1000,
    "/%00" * 1000,
    "/" + "../" * 1000,
    "/b/board_a/" + "1" * 100_000 + "/",
    "/b/board_a",
    "/boards" + "?" + "x" * 100_000,
]


@pytest.mark.parametrize("path", LONG, ids=lambda path: path[:16])
def test_no_length_breaks_the_site(path: str, visitors: Visitors, post: Post) -> None:
    report = Report(Browser(visitors["member"]))
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "X"):
        report.send(method, path)
    report.send("GET", f"{post.address}?{'x' * 50_000}")
    report.check()


anything = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Half surrogates too: as the bytes that UTF-8 would give them.
texts = st.text(st.characters(codec=None, exclude_categories=[]), max_size=400)
few_signs = st.text("[]()<>!*_~`#>|-+:/\\.& \n\t1aé\u202e\u200d@uUb\"'{}%", max_size=400)


def encoded(fields: dict[str, str]) -> bytes:
    return urlencode(fields, errors="surrogatepass").encode()


@pytest.mark.parametrize("field", ["text", "title", "url", "parent", "once", "bio", "description"])
@anything
@given(value=texts | few_signs)
def test_anything_may_be_typed(field: str, value: str, ben: Member, a: Board, post: Post) -> None:
    """Taken or refused; what was taken is shown, harmless."""
    forms = {
        "text": (f"{post.address}reply/", {"text": "x"}),
        "parent": (f"{post.address}reply/", {"text": "x"}),
        "once": (f"{post.address}reply/", {"text": "x"}),
        "title": ("/b/board_a/submit/", {"title": "x", "text": "x"}),
        "url": ("/b/board_a/submit/", {"title": "x"}),
        "bio": ("/settings/", {}),
        "description": ("/boards/new/", {"name": "board_n", "title": "x"}),
    }
    path, fields = forms[field]
    browser = Browser(ben)
    with transaction.atomic():
        answer = browser.raw("POST", path, encoded(fields | {field: value}))
        assert answer.status_code in {302, 400, 422}, error_of(answer)
        page = browser.get("/u/ben/" if field == "bio" else answer.get("Location", path))
        assert page.status_code in {200, 405}, error_of(page)
        assert dom.problems(dom.parse(page.content.decode())) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "path", ["/?sort=new&after=", "/?after=", "/boards/?q=", "/boards/?sort=name&after=", "/u/"]
)
@anything
@given(value=texts | st.text("0123456789-:TZ+.~e", max_size=40))
def test_anything_may_be_asked_for(path: str, value: str, post: Post) -> None:
    raw = quote(value.encode(errors="surrogatepass"), safe="")
    answer = Browser().raw("GET", path + raw + ("/" if path.endswith("/") else ""))
    assert answer.status_code in {200, 301, 400, 404}, error_of(answer)
