"""What is new since the last visit, found with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = pytest.mark.browser

SHOWS_FOCUS = "e => getComputedStyle(e.querySelector('header')).outlineStyle !== 'none'"


def article(page: Page, text: str) -> Locator:
    """The comment that says `text`."""
    return page.locator(".comment > article").filter(
        has=page.locator("> .fold > .text", has_text=re.compile(f"^{text}$"))
    )


def targeted(page: Page) -> Locator:
    """The comment that the address names."""
    return page.locator(".comment:target > article")


def say(page: Page, text: str) -> None:
    page.get_by_label("Your comment").fill(text)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(article(page, text)).to_be_visible()


def tab_to(page: Page, link: Locator, limit: int = 4) -> None:
    """Press Tab until the link has the focus: it is near."""
    for _press in range(limit):
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the link is more than {limit} stops away")


@pytest.mark.parametrize(
    ("kind", "reader", "writer"), [("desktop", "wanda", "otto"), ("no script", "otto", "wanda")]
)
def test_the_links_lead_from_one_new_comment_to_the_next(
    windows: Windows, site: Site, kind: str, reader: str, writer: str
) -> None:
    address = f"{site.addresses[f'lively thread, {kind}']}?sort=old"
    page = windows.open(kind, member=reader)
    page.goto(address)
    texts = [f"{word} by {writer}" for word in ("First", "Second", "Third")]
    other = windows.open(member=writer)
    other.goto(address)
    for text in texts:
        say(other, text)
    page.goto(address)
    expect(page.locator("#new")).to_contain_text("3 new comments since your last visit")
    first, second, third = (article(page, text) for text in texts)
    for new in (first, second, third):
        expect(new.locator("> header > .mark", has_text="new")).to_be_visible()
        expect(new.get_by_role("heading")).to_contain_text("unread")
    page.get_by_role("link", name="first new").focus()
    page.keyboard.press("Enter")
    for text, here in zip(texts, (first, second), strict=False):
        expect(targeted(page)).to_contain_text(text)
        expect(here).to_be_in_viewport()
        if kind == "desktop":
            expect(here).to_be_focused()
            assert here.evaluate(SHOWS_FOCUS)
        tab_to(page, here.get_by_role("link", name=re.compile("^next new after")))
        page.keyboard.press("Enter")
    expect(targeted(page)).to_contain_text(texts[2])
    expect(third.get_by_role("link", name=re.compile("^next new"))).to_have_count(0)
    if kind == "desktop":
        expect(third).to_be_focused()
        page.keyboard.press("k")
        expect(second).to_be_focused()


def test_a_list_leads_to_what_is_new(windows: Windows, site: Site) -> None:
    page = windows.open(member="wanda")
    page.goto(site.addresses["lively thread, list"])
    other = windows.open(member="otto")
    other.goto(site.addresses["lively thread, list"])
    say(other, "Counted on the board")
    page.goto(site.addresses["board"])
    row = page.locator(".post-row").filter(has_text="Who is there, list?")
    row.get_by_role("link", name=re.compile(r"^\d+ new$")).click()
    expect(page).to_have_url(re.compile("#new$"))
    expect(page.locator("#new")).to_be_in_viewport()
    page.goto(site.addresses["board"])
    expect(row.get_by_role("link", name=re.compile(r"^\d+ new$"))).to_have_count(0)
