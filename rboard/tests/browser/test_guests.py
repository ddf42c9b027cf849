"""What a guest presses leads to sign-in, and back to the same place."""

import re

import pytest
from playwright.sync_api import Page, expect

from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture(params=["desktop", "no script"])
def guest(windows: Windows, request: pytest.FixtureRequest) -> Page:
    return windows.open(request.param)


def assert_sign_in_leads_back(page: Page, address: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page, "otto")
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))


def test_a_vote_in_a_list(guest: Page) -> None:
    guest.goto("/?sort=new")
    row = guest.locator(".post-row").nth(3)
    place = row.get_attribute("id")
    row.get_by_role("button", name=re.compile("^Vote up")).click()
    assert_sign_in_leads_back(guest, f"/?sort=new#{place}")


def test_a_vote_on_a_comment(guest: Page, site: Site) -> None:
    address = f"{site.addresses['sample thread']}?sort=old"
    guest.goto(address)
    place = guest.locator(".comment").first.get_attribute("id")
    guest.locator(".comment").get_by_role("button", name=re.compile("^Vote down")).first.click()
    assert_sign_in_leads_back(guest, f"{address}#{place}")


def test_a_reply(guest: Page, site: Site) -> None:
    guest.goto(site.addresses["sample thread"])
    place = guest.locator(".comment").first.get_attribute("id")
    guest.get_by_role("button", name=re.compile("^Sign in to reply to")).first.click()
    assert_sign_in_leads_back(guest, f"{site.addresses['sample thread']}#{place}")


def test_a_comment(guest: Page, site: Site) -> None:
    guest.goto(site.addresses["sample thread"])
    guest.get_by_role("main").get_by_role("link", name="Sign in").click()
    assert_sign_in_leads_back(guest, site.addresses["sample thread"])
    expect(guest.get_by_label("Your comment")).to_be_visible()


def test_a_subscription(guest: Page, site: Site) -> None:
    guest.goto(site.addresses["board"])
    guest.get_by_role("button", name=re.compile("^Subscribe")).click()
    assert_sign_in_leads_back(guest, site.addresses["board"])


def test_a_new_post(guest: Page, site: Site) -> None:
    guest.goto(site.addresses["board"])
    guest.get_by_role("link", name="Submit a post").click()
    assert_sign_in_leads_back(guest, site.addresses["submit"])
    expect(guest.locator("[name=title]")).to_be_visible()


def test_registering_leads_back_too(guest: Page, site: Site) -> None:
    address = site.addresses["sample thread"]
    guest.goto(address)
    guest.get_by_role("main").get_by_role("link", name="register").click()
    name = f"guest_{abs(hash(guest)) % 10**9}"
    guest.locator("[name=username]").fill(name)
    guest.locator("[name=password1]").fill("a password for one test")
    guest.locator("[name=password2]").fill("a password for one test")
    guest.get_by_role("main").get_by_role("button", name="Register").click()
    expect(guest).to_have_url(re.compile(re.escape(address) + "$"))
    expect(guest.get_by_text(f"Welcome, {name}!")).to_be_visible()
