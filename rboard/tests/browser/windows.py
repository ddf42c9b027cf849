"""The browser, and windows of it that note whatever goes wrong in them."""

import os
import shutil
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    expect,
)

from rboard.tests.browser.scenery import PASSWORD
from rboard.tests.browser.site import Site

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


def launch(playwright: Playwright, path: str) -> Browser:
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    return playwright.chromium.launch(executable_path=path, args=arguments)


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
        """The test means to get such an answer: the browser and htmx may complain of it."""
        for status in statuses:
            self.expected.add(f"the server responded with a status of {status} ")
            self.expected.add(f"Response Status Error Code {status} from ")

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
