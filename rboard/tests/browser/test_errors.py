"""When something goes wrong, it looks like the site and keeps what was typed."""

import re

import pytest
from playwright.sync_api import expect

from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_an_address_that_leads_nowhere_looks_like_the_site(windows: Windows, site: Site) -> None:
    windows.expect_status(404)
    page = windows.open()
    page.goto("/")
    bar = page.get_by_role("banner")
    background = bar.evaluate("(e) => getComputedStyle(e).backgroundColor")
    answer = page.goto(site.addresses["404"])
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    assert bar.evaluate("(e) => getComputedStyle(e).backgroundColor") == background
    page.get_by_role("main").get_by_role("link", name="front page").click()
    expect(page.locator(".post-row").first).to_be_visible()


def test_a_comment_that_is_too_long_comes_back_whole_without_script(
    windows: Windows, site: Site
) -> None:
    windows.expect_status(422)
    text = "So much to say. " * 700
    page = windows.open("no script", member="wanda")
    page.goto(site.addresses["thread"])
    page.get_by_label("Your comment").fill(text)
    page.get_by_role("button", name="Comment", exact=True).click()
    field = page.get_by_label("Your comment")
    expect(field).to_have_accessible_description(re.compile("10,?000"))
    assert field.input_value().strip() == text.strip()


def test_a_post_without_a_title_comes_back_with_its_text(windows: Windows, site: Site) -> None:
    windows.expect_status(422)
    page = windows.open(member="wanda")
    page.goto(site.addresses["submit"])
    page.locator("[name=text]").fill("No title, but a text")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".errors-summary")).to_contain_text("Title")
    expect(page.locator("[name=title]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=text]")).to_have_value("No title, but a text")


def test_a_name_that_is_taken_is_told_at_the_field(windows: Windows) -> None:
    windows.expect_status(422)
    page = windows.open("no script")
    page.goto("/register/")
    page.locator("[name=username]").fill("WANDA")
    page.locator("[name=password1]").fill("a password for one test")
    page.locator("[name=password2]").fill("a password for one test")
    page.get_by_role("main").get_by_role("button", name="Register").click()
    expect(page.locator("[name=username]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=username]")).to_have_value("WANDA")


def test_who_was_signed_out_meanwhile_keeps_what_they_wrote(windows: Windows, site: Site) -> None:
    windows.expect_status(403)
    page = windows.open("no script", member="otto")
    page.goto(site.addresses["thread"])
    page.get_by_label("Your comment").fill("Written in another life")
    page.context.clear_cookies()
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please try again")
    expect(page.get_by_role("textbox")).to_have_value("Written in another life")


def test_a_locked_thread_says_so_and_offers_no_way_to_write(windows: Windows) -> None:
    page = windows.open(member="otto")
    page.goto("/b/alderwick_cycling/?sort=top")
    locked = page.locator(".post-row").filter(has=page.get_by_text("locked", exact=True)).first
    locked.locator(".title a").click()
    expect(page.locator(".post-page").get_by_text("locked", exact=True)).to_be_visible()
    expect(page.get_by_text("A moderator locked this thread")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("^Reply to"))).to_have_count(0)


@pytest.mark.parametrize("kind", ["desktop", "no script"])
def test_who_writes_while_the_thread_is_locked_keeps_what_they_wrote(
    windows: Windows, site: Site, kind: str
) -> None:
    windows.expect_status(403)
    otto, wanda = windows.open(kind, member="otto"), windows.open(member="wanda")
    for page in (otto, wanda):
        page.goto(site.addresses["closing thread"])
    wanda.get_by_role("button", name="lock", exact=True).click()
    expect(wanda.get_by_role("button", name="unlock")).to_be_visible()
    try:
        otto.get_by_label("Your comment").fill("One moment please")
        otto.get_by_role("button", name="Comment", exact=True).click()
        expect(otto.get_by_text("A moderator locked this thread")).to_be_visible()
        expect(otto.get_by_role("textbox")).to_have_value("One moment please")
    finally:
        wanda.get_by_role("button", name="unlock").click()
        expect(wanda.get_by_role("button", name="lock", exact=True)).to_be_visible()
