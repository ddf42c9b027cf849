"""A site, a browser, and windows that fail the test whenever something goes wrong in them."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rboard.tests.browser.site import Site, running_site
from rboard.tests.browser.windows import BROWSERS, TIMEOUT, Windows, find_browser, launch


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
        browser = launch(playwright, browser_path)
        expect.set_options(timeout=TIMEOUT)
        yield browser
        browser.close()


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
