"""A site, a browser, and windows that fail the test whenever something goes wrong in them."""

import os
import shutil
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from rboard.tests.browser.scenery import PASSWORD
from rboard.tests.browser.site import Site, running_site

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]
TIMEOUT = 15_000  # milliseconds, for a machine that runs other tests at the same time

KINDS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "no script": {"viewport": {"width": 1280, "height": 800}, "java_script_enabled": False},
}

# The console tells of these events only in some cases; the listener in Windows hears the rest.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP forbids ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def find_browser() -> str | None:
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_path() -> str:
    path = find_browser()
    if path is None:
        reason = f"no browser: install chromium, or name one in CHROMIUM (looked for {BROWSERS})"
        if os.environ.get("CI") or os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def site(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(settings.DATABASES["default"], tmp_path_factory.mktemp("site")) as site:
        yield site


# Not for the session: while Playwright is up Django refuses its synchronous database calls, which
# the tests of other packages make.
@pytest.fixture(scope="package")
def browser(browser_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        expect.set_options(timeout=TIMEOUT)
        yield browser
        browser.close()


class Windows:
    """Opens windows of a browser and notes what goes wrong in them."""

    def __init__(self, browser: Browser, site: Site, cookies: dict[str, Any]) -> None:
        self.browser = browser
        self.site = site
        self.cookies = cookies
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        self.expected: set[str] = set()
        self.log_offset = site.log.stat().st_size

    def open(self, kind: str = "desktop", *, member: str = "", **options: Any) -> Page:
        """A window with a profile of its own, signed in as `member` if one is named."""
        if member:
            options["storage_state"] = self._signed_in(member)
        context = self.browser.new_context(
            **{"base_url": self.site.url, "reduced_motion": "reduce"} | KINDS[kind] | options
        )
        self.contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("page", self._watch)
        return context.new_page()

    def expect_status(self, *statuses: int) -> None:
        """The test means to get such an answer: the browser may complain of it."""
        self.expected |= {f"the server responded with a status of {each} " for each in statuses}

    def close(self) -> None:
        while self.contexts:
            self.contexts.pop().close()

    def _signed_in(self, member: str) -> Any:
        """The cookies of a member; signing in is done once for all tests of this process."""
        if member not in self.cookies:
            page = self.open()
            sign_in(page, member)
            self.cookies[member] = page.context.storage_state()
        return self.cookies[member]

    def _watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"error in a script: {error}"))
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_failure)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        known = any(text in message.text for text in self.expected)
        if message.type in {"error", "warning"} and not known:
            where = message.location.get("url", "")
            self.faults.append(f"console {message.type}: {message.text} ({where})")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site.url}/", "data:", "blob:")):
            self.faults.append(f"request to another host: {request.url}")

    def _on_failure(self, request: Request) -> None:
        # Whoever leaves a page ends what it was still loading; that is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request failed: {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"status {response.status}: {response.url}")


def sign_in(page: Page, member: str, password: str = PASSWORD) -> None:
    """Through the form, on /login/ unless the page is there already."""
    if "/login/" not in page.url:
        page.goto("/login/")
    page.locator("[name=username]").fill(member)
    page.locator("[name=password]").fill(password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.locator("main").get_by_role("button", name="Sign in")).to_have_count(0)


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Filled by Windows: the cookies of the members who signed in."""
    return {}


@pytest.fixture(autouse=True)
def windows(browser: Browser, site: Site, cookies: dict[str, Any]) -> Iterator[Windows]:
    """Of a test; at its end nothing may have gone wrong in any of them."""
    windows = Windows(browser, site, cookies)
    yield windows
    windows.close()
    assert not windows.faults, "the browser complained:\n" + "\n".join(windows.faults)


@pytest.fixture
def page(windows: Windows) -> Page:
    """A guest at a desk."""
    return windows.open()


@pytest.fixture
def member_page(windows: Windows) -> Page:
    """wanda at a desk."""
    return windows.open(member="wanda")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what the server said meanwhile, and where the windows were."""
    report = yield
    windows: Windows | None = getattr(item, "funcargs", {}).get("windows")
    if report.failed and windows:
        said = windows.site.log_since(windows.log_offset)
        pages = [page.url for context in windows.contexts for page in context.pages]
        report.sections.append(("The server said", said or "nothing"))
        report.sections.append(("The windows showed", "\n".join(pages)))
    return report
