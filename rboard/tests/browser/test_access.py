"""What axe finds that shuts people out."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from rboard.tests.browser import pages
from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def violations(page: Page) -> list[str]:
    """What axe calls serious or critical, each as one line."""
    # It would read style sheets beforehand by writing styles into the page, which CSP forbids;
    # and to tell of each element what is right with it takes longer than to look.
    options = {"preload": False, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: "
        + "; ".join(f"{node['target']} {node['html'][:200]}" for node in each["nodes"][:5])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("name", pages.ALL)
def test_nothing_serious_shuts_people_out(windows: Windows, site: Site, name: str) -> None:
    if name == "404":
        windows.expect_status(404)
    found: dict[str, list[str]] = {}
    for member in pages.visitors_of(name):
        page = windows.open(member=member)
        page.goto(site.addresses[name])
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found[f"{scheme}, {member or 'guest'}"] = violations(page)
    assert not any(found.values()), found


def test_nor_does_a_menu_or_a_composer_that_is_open(windows: Windows, site: Site) -> None:
    page = windows.open("phone", member="wanda")
    page.goto(site.addresses["thread"])
    page.get_by_role("button", name="Menu", exact=True).click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".comment").get_by_role("link", name="reply").first.click()
    page.get_by_label("Your reply").wait_for()
    page.locator(".side summary").click()
    for summary in page.locator(".actions summary").all():
        summary.click()
    assert violations(page) == []


def test_nor_do_the_marks_of_what_is_new(windows: Windows, site: Site) -> None:
    page, other = (windows.open(member=member) for member in ("wanda", "otto"))
    page.goto(site.addresses["lively thread, access"])
    other.goto(site.addresses["lively thread, access"])
    for text in ("One more.", "And another."):
        other.get_by_label("Your comment").fill(text)
        other.get_by_role("button", name="Comment", exact=True).click()
        other.get_by_text(text).first.wait_for()
    for address, mark in ((site.addresses["board"], ".meta .mark"), (page.url, ".next-new")):
        page.goto(address)
        page.locator(mark).first.wait_for()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert violations(page) == [], address


def test_nor_does_a_form_that_comes_back(windows: Windows, site: Site) -> None:
    windows.expect_status(422)
    for address, button in (
        (site.addresses["submit"], "Post"),
        (site.addresses["new board"], "Make board"),
    ):
        page = windows.open(member="wanda")
        page.goto(address)
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        page.locator(".errors-summary").wait_for()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert violations(page) == [], address
