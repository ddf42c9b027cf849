"""The desk in a browser: its keys, its look, and all of it without a script."""

import pytest
from playwright.sync_api import Page, expect

from rboard.tests.browser.test_access import violations
from rboard.tests.browser.test_width import SIDEWAYS
from rboard.tests.browser.windows import Windows

pytestmark = pytest.mark.browser

QUEUE = "/admin/moderation/case/"
PAGES = (
    "/admin/",
    *(f"{QUEUE}?queue={name}" for name in ("reported", "removed", "appeals", "joins", "bans")),
    "/admin/moderation/act/",
    "/admin/boards/ban/",
    "/admin/moderation/reasontemplate/add/",
)


def cards(page: Page) -> list[str]:
    return page.locator(".desk-card h2").all_inner_texts()


def at_first_card(page: Page) -> str:
    """The address of its text, once the first card has the focus."""
    page.goto(QUEUE)
    page.keyboard.press("j")
    first = page.locator(".desk-card").first
    expect(first).to_be_focused()
    return first.get_attribute("data-open") or ""


@pytest.mark.one_database
def test_keys_go_from_card_to_card(windows: Windows) -> None:
    page = windows.open(member="kira")
    at_first_card(page)
    page.keyboard.press("j")
    expect(page.locator(".desk-card").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".desk-card").first).to_be_focused()
    ticks = page.locator(".desk-card input[type=checkbox]")
    page.keyboard.press("x")
    expect(ticks.first).to_be_checked()
    page.keyboard.press("x")
    expect(ticks.first).not_to_be_checked()
    help_lines = page.locator("#keys dl")
    expect(help_lines).to_be_hidden()
    page.keyboard.press("?")
    expect(help_lines).to_be_visible()
    expect(help_lines).to_contain_text("undo what you just did")
    page.keyboard.press("x")
    expect(ticks.first).to_be_checked()
    page.keyboard.press("?")
    expect(help_lines).to_be_hidden()
    expect(page.locator(".desk-card").first).to_be_focused()


def test_keys_act_on_those_that_are_ticked_and_enter_sends(windows: Windows) -> None:
    page = windows.open(member="kira")
    at_first_card(page)
    before = cards(page)
    for key in "xjxjr":
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Remove", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo all 2")).to_be_visible()
    assert cards(page) == before[2:]
    page.keyboard.press("z")
    expect(page.get_by_text("Taken back: 2")).to_be_visible()
    assert cards(page) == before


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("key", "title"),
    [("r", "Remove"), ("s", "Spam"), ("l", "Lock"), ("b", "Ban"), ("n", "Note"), ("2", "Remove")],
)
def test_keys_ask_first_what_needs_a_reason(windows: Windows, key: str, title: str) -> None:
    page = windows.open(member="kira")
    at_first_card(page)
    page.keyboard.press(key)
    heading = f"{title}: otto" if key in "bn" else title
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    if key in "rb":  # the script is ready when it has put the focus there
        expect(page.get_by_role("button", name=title, exact=True)).to_be_focused()
    if key == "2":
        expect(page.locator("textarea[name=reason]")).to_have_value("No nails either.")
    if key == "r":
        page.keyboard.press("1")
        expect(page.locator("textarea[name=reason]")).to_have_value("No planks here.")
    if key == "b":
        page.keyboard.press("1")
        expect(page.locator("input[name=days]").first).to_be_checked()


def test_keys_act_and_undo(windows: Windows) -> None:
    page = windows.open(member="kira")
    at_first_card(page)
    before = cards(page)
    page.keyboard.press("a")
    expect(page.get_by_text("Approved 1 ")).to_be_visible()
    assert cards(page) == before[1:]
    page.keyboard.press("z")
    expect(page.get_by_text("Taken back: 1")).to_be_visible()
    assert cards(page) == before
    expect(page.locator(".desk-card").first).to_be_focused()
    for said in ("Claimed", "Released"):  # the same card: one stays at it
        page.keyboard.press("c")
        expect(page.get_by_text(f"{said} 1 ")).to_be_visible()
    address = at_first_card(page)
    page.keyboard.press("o")
    page.wait_for_url(f"**{address}")


@pytest.mark.one_database
def test_keys_can_be_turned_off(windows: Windows) -> None:
    page = windows.open(member="kira")
    page.context.add_cookies([{"name": "keys", "value": "off", "url": windows.site.url}])
    page.goto(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator(".desk-card").first).not_to_be_focused()
    expect(page.locator("#keys dl")).to_be_hidden()


def test_all_of_it_works_without_a_script(windows: Windows) -> None:
    page = windows.open("no script", member="kira")
    page.goto(QUEUE)
    before = cards(page)
    for tick in page.locator(".desk-card input[type=checkbox]").all()[:2]:
        tick.check()
    page.get_by_label("With those that are ticked:").select_option("remove")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_role("radio", name="Nails").check()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Removed 2 ")).to_be_visible()
    assert cards(page) == before[2:]
    page.get_by_role("button", name="Undo all 2").click()
    assert cards(page) == before
    page.locator("select[name=author]").select_option("month")
    page.locator("select[name=reason]").select_option("No planks.")
    page.get_by_role("button", name="Show").click()
    assert cards(page) == before


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_nothing_shuts_people_out(windows: Windows, kind: str) -> None:
    page = windows.open(kind, member="kira")
    found: dict[str, object] = {}
    for address in PAGES:
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if faults := violations(page):
                found[f"{address}, {scheme}"] = faults
    assert not found


@pytest.mark.one_database
def test_no_page_is_wider_than_the_screen(windows: Windows) -> None:
    page = windows.open("phone", member="kira")
    found: dict[str, str] = {}
    for address in PAGES:
        page.goto(address)
        for width in (320, 390, 768, 1024):
            page.set_viewport_size({"width": width, "height": 844})
            if (wide := page.evaluate(SIDEWAYS)) != "0":
                found[f"{address}, {width} px"] = wide
    assert not found


@pytest.mark.one_database
def test_the_desk_is_as_dark_as_the_site(windows: Windows) -> None:
    page = windows.open(member="kira", color_scheme="light")
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": windows.site.url}])
    colours = []
    for address in ("/b/bench/", QUEUE):
        page.goto(address)
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours[0] == colours[1] == "rgb(27, 26, 24)"


@pytest.mark.one_database
def test_a_wide_table_scrolls_in_its_own_box_on_a_phone(windows: Windows) -> None:
    page = windows.open("phone", member="kira")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/admin/moderation/act/")
    assert page.evaluate(SIDEWAYS) == "0"
    box = page.locator("#changelist .results")
    assert box.evaluate("(e) => { e.scrollLeft = 9_999; return e.scrollLeft; }") > 100
    left = "(e) => e.getBoundingClientRect().left"
    for kept in ("#content h1", "#changelist .actions select", "tbody .action-checkbox"):
        assert page.locator(kept).first.evaluate(left) >= 0, kept
    cell = page.locator("#result_list tbody tr").first.locator("td").nth(2)
    # Of its words: the cell is as high as the highest of its row.
    words = """(e) => {
        const all = document.createRange();
        all.selectNodeContents(e);
        return all.getBoundingClientRect().height;
    }"""
    assert cell.evaluate(words) < 60, "a word on each line"
