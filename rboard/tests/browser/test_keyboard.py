"""All that a mouse does, without one."""

import re

import pytest
from playwright.sync_api import Page, expect

from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

# What has the focus, and whether anyone can see that it has.
FOCUS = """() => {
  const e = document.activeElement;
  const shows = (pseudo) => {
    const style = getComputedStyle(e, pseudo);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return ring || (style.boxShadow !== "none" && !style.boxShadow.includes("rgba(0, 0, 0, 0)"));
  };
  const box = e.getBoundingClientRect();
  const name = `${e.tagName}.${e.className} ${e.getAttribute("aria-label") || e.textContent}`;
  return {
    name: name.replace(/\\s+/g, " ").trim().slice(0, 80),
    ring: [undefined, "::before", "::after"].some(shows),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    page: e === document.body,
  };
}"""


def tab_stops(page: Page, limit: int = 400) -> list[dict[str, object]]:
    """What the Tab key reaches from the top of the page until it leaves it again."""
    stops: list[dict[str, object]] = []
    for _press in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["page"]:
            return stops
        stops.append(stop)
    raise AssertionError(f"after {limit} times Tab the page has not ended: {stops[-5:]}")


def test_the_first_tab_shows_the_way_past_the_bar(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


@pytest.mark.parametrize("name", ["front", "thread", "submit", "inbox", "directory", "settings"])
def test_tab_goes_everywhere_and_its_place_is_always_seen(
    member_page: Page, site: Site, name: str
) -> None:
    member_page.goto(site.addresses[name])
    stops = tab_stops(member_page)
    assert [stop["name"] for stop in stops if not stop["ring"]] == [], "no ring"
    assert [stop["name"] for stop in stops if not stop["seen"]] == [], "out of sight"
    names = " ".join(str(stop["name"]) for stop in stops)
    expected = {
        "front": "Vote up",
        "thread": "Reply to",
        "submit": "Preview",
        "directory": "Search",
    }
    assert expected.get(name, "") in names


def test_a_vote_needs_no_mouse(windows: Windows, site: Site) -> None:
    page = windows.open(member="otto")
    page.goto(site.addresses["thread"])
    up = page.locator(".post-page").get_by_role("button", name=re.compile("^Vote up"))
    up.focus()
    page.evaluate("window.stays = true")
    # At once after each answer: the new button must be ready by the time it is seen.
    for pressed in ("true", "false") * 5:
        page.keyboard.press("Space")
        expect(up).to_have_attribute("aria-pressed", pressed)
        expect(up).to_be_focused()
    assert page.evaluate("window.stays === true"), "the page was reloaded"


@pytest.mark.parametrize("kind", ["desktop", "no script"])
def test_enter_folds_a_comment_and_unfolds_it(windows: Windows, site: Site, kind: str) -> None:
    page = windows.open(kind)
    page.goto(site.addresses["thread"])
    comment = page.locator(".comment").first
    text = comment.locator(".text").first
    comment.locator("summary").first.focus()
    expect(text).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_be_hidden()
    expect(comment.locator("header").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_be_visible()


def test_a_comment_folds_by_its_rule(page: Page, site: Site) -> None:
    page.goto(site.addresses["sample thread"])
    comment = page.locator(".comment").first
    comment.locator(".text").first.scroll_into_view_if_needed()
    box = comment.locator(".text").first.bounding_box()
    rule = comment.bounding_box()
    assert box
    assert rule
    page.mouse.click(rule["x"] + 7, box["y"] + box["height"] / 2)
    expect(comment.locator(".text").first).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_escape_closes_the_menu_and_gives_the_focus_back(windows: Windows, script: bool) -> None:
    page = windows.open("phone", java_script_enabled=script)
    page.goto("/")
    button = page.get_by_role("button", name="Menu", exact=True)
    menu = page.get_by_role("navigation", name="Menu")
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_the_menu_slides_in_and_closes_by_its_cross_and_by_a_touch_beside_it(
    windows: Windows,
) -> None:
    page = windows.open("phone")
    page.goto("/")
    menu = page.get_by_role("navigation", name="Menu")
    page.get_by_role("button", name="Menu", exact=True).tap()
    expect(menu).to_be_in_viewport()
    box = menu.bounding_box()
    assert box
    assert box["x"] + box["width"] == 390, "the menu is at the right edge"
    page.get_by_role("button", name="Close the menu").tap()
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).tap()
    expect(menu).to_be_visible()
    page.touchscreen.tap(20, 500)
    expect(menu).to_be_hidden()


def test_the_errors_of_a_form_take_the_focus_and_lead_to_their_fields(
    windows: Windows, site: Site
) -> None:
    windows.expect_status(422)
    page = windows.open(member="wanda")
    page.goto(site.addresses["submit"])
    page.get_by_role("button", name="Post", exact=True).click()
    summary = page.locator(".errors-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Title").click()
    expect(page.locator("[name=title]")).to_be_focused()


# What can be pressed and is smaller than 24 px either way; the mark that folds a comment is drawn
# by a pseudo-element.
TARGETS = """() => [...document.querySelectorAll("button, summary, .actions a, .tabs a, .bar a")]
  .filter((e) => e.checkVisibility() && !e.closest("[popover]:not(:popover-open)"))
  .map((e) => {
    const box = e.getBoundingClientRect(), mark = getComputedStyle(e, "::before");
    const drawn = mark.position === "absolute";
    return {
      name: `${e.className} ${e.getAttribute("aria-label") || e.textContent.trim()}`,
      width: Math.max(box.width, drawn ? parseFloat(mark.width) : 0),
      height: Math.max(box.height, drawn ? parseFloat(mark.height) : 0),
    };
  })
  .filter(({ width, height }) => width < 24 || height < 24)"""


@pytest.mark.parametrize("name", ["front", "thread", "directory", "inbox"])
def test_targets_are_large_enough_for_a_finger(windows: Windows, site: Site, name: str) -> None:
    page = windows.open("phone", member="wanda")
    page.goto(site.addresses[name])
    assert page.evaluate(TARGETS) == []
