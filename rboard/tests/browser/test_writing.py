"""Writing with JavaScript: in place, quickly, and without losing a word."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture
def thread(member_page: Page, site: Site) -> Page:
    """wanda in a thread that others may write in meanwhile."""
    member_page.goto(site.addresses["thread"])
    return member_page


def stay(page: Page) -> None:
    """Mark the page as it is loaded now; see `stayed`."""
    page.evaluate("window.stays = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stays === true"))


def open_reply(page: Page, text: str) -> Locator:
    """Press reply below the comment that says `text`; the field that opens."""
    comment = page.locator(".comment .text").filter(has_text=text).locator("xpath=../..")
    comment.get_by_role("link", name=re.compile("^Reply to")).first.click()
    field = comment.get_by_label("Your reply")
    expect(field).to_be_focused()
    return field


def test_preview_shows_the_rendered_text_and_keeps_what_is_typed(thread: Page) -> None:
    stay(thread)
    field = thread.get_by_label("Your comment")
    field.fill("So **bold**")
    thread.get_by_role("button", name="Preview").click()
    expect(thread.locator(".preview strong")).to_have_text("bold")
    expect(thread.locator(".preview")).to_have_count(1)
    field.fill("So *italic*")
    thread.get_by_role("button", name="Preview").click()
    expect(thread.locator(".preview em")).to_have_text("italic")
    expect(thread.locator(".preview")).to_have_count(1)
    expect(field).to_have_value("So *italic*")
    assert stayed(thread)


def test_preview_of_a_reply_shows_below_that_reply(thread: Page) -> None:
    stay(thread)
    field = open_reply(thread, "It will not wobble")
    field.fill("Says **who**?")
    composer = thread.locator("form.composer").filter(has=thread.get_by_label("Your reply"))
    composer.get_by_role("button", name="Preview").click()
    expect(composer.locator(".preview strong")).to_have_text("who")
    expect(field).to_have_value("Says **who**?")
    assert stayed(thread)


def test_a_preview_of_nothing_says_so_in_the_same_composer(windows: Windows, thread: Page) -> None:
    windows.expect_status(422)
    thread.get_by_role("button", name="Preview").click()
    expect(thread.get_by_text("Write something first.")).to_be_visible()
    expect(thread.get_by_label("Your comment")).to_have_count(1)


def test_posting_brings_one_to_what_one_wrote(thread: Page) -> None:
    thread.get_by_label("Your comment").fill("Bring me here")
    thread.get_by_role("button", name="Comment", exact=True).click()
    text = thread.locator(".comment .text").filter(has_text="Bring me here")
    expect(text.locator("xpath=ancestor::article[1]")).to_be_focused()
    open_reply(thread, "Bring me here").fill("And then here")
    thread.get_by_role("button", name="Reply", exact=True).click()
    text = thread.locator(".comment .text").filter(has_text="And then here")
    expect(text.locator("xpath=ancestor::article[1]")).to_be_focused()


def test_a_draft_survives_a_reload_and_is_dropped_once_sent(thread: Page) -> None:
    field = thread.get_by_label("Your comment")
    field.fill("A thought that takes its time")
    thread.reload()
    expect(field).to_have_value("A thought that takes its time")
    thread.get_by_role("button", name="Comment", exact=True).click()
    expect(thread.locator(".comment").get_by_text("A thought that takes its time")).to_be_visible()
    expect(field).to_have_value("")
    thread.reload()
    expect(thread.locator(".comment").get_by_text("A thought that takes its time")).to_be_visible()
    expect(field).to_have_value("")


def test_the_draft_of_a_reply_comes_back_with_its_composer(thread: Page) -> None:
    open_reply(thread, "It will not wobble").fill("Unless the floor does")
    thread.reload()
    expect(thread.get_by_label("Your comment")).to_have_value("")
    expect(open_reply(thread, "It will not wobble")).to_have_value("Unless the floor does")


def test_a_draft_is_not_shown_to_another_member_of_the_same_device(
    windows: Windows, site: Site
) -> None:
    page = windows.open(member="otto")
    page.goto(site.addresses["thread"])
    page.get_by_label("Your comment").fill("For nobody else's eyes")
    wanda = windows.open(member="wanda").context
    page.context.clear_cookies()
    page.context.add_cookies(wanda.cookies())  # type: ignore[arg-type]
    page.reload()
    expect(page.get_by_role("banner").get_by_role("link", name="wanda")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_value("")


def test_ctrl_enter_sends(thread: Page) -> None:
    stay(thread)
    field = thread.get_by_label("Your comment")
    field.fill("Sent without the mouse")
    field.press("Control+Enter")
    expect(thread.locator(".comment").get_by_text("Sent without the mouse")).to_have_count(1)
    expect(field).to_have_value("")
    assert stayed(thread)
    thread.reload()
    expect(thread.locator(".comment").get_by_text("Sent without the mouse")).to_have_count(1)


def test_an_empty_reply_comes_back_with_an_error_at_the_field(
    windows: Windows, thread: Page
) -> None:
    windows.expect_status(422)
    stay(thread)
    field = open_reply(thread, "It will not wobble")
    thread.get_by_role("button", name="Reply", exact=True).click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Write something first."))
    expect(field).to_be_focused()
    expect(thread.get_by_text("Write something first.")).to_be_visible()
    assert stayed(thread)
    field.fill("Now with words")
    thread.get_by_role("button", name="Reply", exact=True).click()
    expect(thread.locator(".comment").get_by_text("Now with words")).to_have_count(1)
    expect(field).to_have_count(0)


def test_a_comment_that_is_too_long_comes_back_whole(windows: Windows, thread: Page) -> None:
    windows.expect_status(422)
    text = "So much to say. " * 700
    field = thread.get_by_label("Your comment")
    field.fill(text)
    thread.get_by_role("button", name="Comment", exact=True).click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("10,?000"))
    assert field.input_value().strip() == text.strip()


def lose_connection(windows: Windows, page: Page, text: str) -> None:
    """Write a comment and send it just when the connection is gone."""
    page.route("**/reply/", lambda route: route.abort("connectionfailed"), times=1)
    page.get_by_label("Your comment").fill(text)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="No connection")).to_be_visible()
    assert windows.faults, "the browser did not notice"
    windows.faults.clear()


def test_what_did_not_arrive_can_be_sent_again(windows: Windows, thread: Page) -> None:
    text = "Twice is not too often"
    lose_connection(windows, thread, text)
    expect(thread.get_by_label("Your comment")).to_have_value(text)
    thread.get_by_role("button", name="Comment", exact=True).click()
    expect(thread.locator(".comment").get_by_text(text)).to_have_count(1)


def test_a_draft_that_did_not_arrive_survives_a_reload(windows: Windows, thread: Page) -> None:
    text = "Written in a tunnel"
    lose_connection(windows, thread, text)
    thread.reload()
    expect(thread.get_by_label("Your comment")).to_have_value(text)


def test_a_reply_on_a_page_of_its_own_leads_to_its_place_in_the_thread(
    member_page: Page, site: Site
) -> None:
    """As when the link is opened in a new tab."""
    member_page.goto(site.addresses["reply"])
    member_page.get_by_label("Your reply").fill("From another tab")
    member_page.get_by_role("button", name="Preview").click()
    expect(member_page.locator(".preview")).to_contain_text("From another tab")
    member_page.get_by_role("button", name="Reply", exact=True).click()
    expect(member_page).to_have_url(re.compile(r"/c/\d+/#c\d+$"))
    expect(member_page.locator(".comment").get_by_text("From another tab")).to_be_visible()
    expect(member_page.get_by_label("Your reply")).to_have_value("")


def test_following_a_board_happens_in_place(windows: Windows) -> None:
    page = windows.open(member="otto")
    page.goto("/b/balcony/")
    stay(page)
    side = page.get_by_role("complementary")
    count = side.get_by_text(re.compile(r"^\d+ subscribers?$"))
    before = count.inner_text()
    side.get_by_role("button", name="Leave b/balcony").click()
    expect(side.get_by_role("button", name="Subscribe to b/balcony")).to_be_visible()
    expect(count).not_to_have_text(before)
    side.get_by_role("button", name="Subscribe to b/balcony").click()
    expect(side.get_by_role("button", name="Leave b/balcony")).to_be_visible()
    expect(count).to_have_text(before)
    assert stayed(page)


def test_a_reply_can_be_put_away_again(thread: Page) -> None:
    field = open_reply(thread, "It will not wobble")
    field.locator("xpath=ancestor::form").get_by_text("Cancel").click()
    expect(field).to_have_count(0)
    expect(thread.locator(":focus")).to_have_accessible_name(re.compile("^Reply to"))


def test_pressing_reply_twice_opens_one_composer(thread: Page) -> None:
    field = open_reply(thread, "It will not wobble")
    field.fill("Once")
    thread.get_by_label("Your comment").focus()
    expect(open_reply(thread, "It will not wobble")).to_have_value("Once")
    expect(field).to_have_count(1)


def test_a_vote_leaves_the_focus_where_it_is_while_a_reply_is_open(
    windows: Windows, site: Site
) -> None:
    page = windows.open(member="otto")
    page.goto(site.addresses["sample thread"])
    page.locator(".comment").get_by_role("link", name=re.compile("^Reply to")).first.click()
    expect(page.get_by_label("Your reply")).to_be_focused()
    down = page.locator(".comment").get_by_role("button", name=re.compile("^Vote down")).last
    for pressed in ("true", "false"):
        down.focus()
        page.keyboard.press("Space")
        expect(down).to_have_attribute("aria-pressed", pressed)
        expect(down).to_be_focused()


def test_j_and_k_go_through_the_comments(thread: Page) -> None:
    stops = thread.locator("[data-stop]")
    expect(stops.nth(2)).to_be_visible()
    thread.keyboard.press("j")
    expect(stops.nth(0)).to_be_focused()
    thread.keyboard.press("j")
    expect(stops.nth(1)).to_be_focused()
    thread.keyboard.press("j")
    expect(stops.nth(2)).to_be_focused()
    thread.keyboard.press("k")
    expect(stops.nth(1)).to_be_focused()


def test_j_and_k_are_letters_in_a_field(thread: Page) -> None:
    field = thread.get_by_label("Your comment")
    field.press_sequentially("jk")
    expect(field).to_have_value("jk")
    expect(field).to_be_focused()


def test_j_and_k_can_be_turned_off(windows: Windows) -> None:
    page = windows.open()
    page.goto("/appearance/")
    page.get_by_role("group", name="Keyboard shortcuts").get_by_label("Off").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved for this browser.")).to_be_visible()
    page.goto("/")
    page.keyboard.press("j")
    expect(page.locator("[data-stop]:focus")).to_have_count(0)
