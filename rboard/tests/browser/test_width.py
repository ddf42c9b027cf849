"""No page is wider than the screen."""

import pytest

from rboard.tests.browser import pages
from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

# How far the page can be moved sideways, and what sticks out: "0" when all is well.
SIDEWAYS = """() => {
  window.scrollTo(10_000, 0);
  if (window.scrollX === 0 && document.documentElement.scrollWidth <= innerWidth) return "0";
  const wide = [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right + scrollX > document.documentElement.clientWidth)
    .map((e) => `${e.tagName}.${e.className}`);
  return `${scrollX} px by ${wide.slice(-5).join(", ")}`;
}"""

# What a box hides because it is too narrow for it, without a way to scroll there.
CLIPPED = """() => [...document.querySelectorAll("main *, header *, aside *")]
  .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1)
  .filter((e) => ["hidden", "clip"].includes(getComputedStyle(e).overflowX))
  .filter((e) => !e.closest(".visually-hidden"))
  .map((e) => `${e.tagName}.${e.className}`)"""


@pytest.mark.parametrize("name", pages.ALL)
def test_a_page_fits_the_screen(windows: Windows, site: Site, name: str) -> None:
    if name == "404":
        windows.expect_status(404)
    for member in pages.visitors_of(name):
        page = windows.open("phone", member=member)
        page.goto(site.addresses[name])
        for width in (320, 390, 768, 1024):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate(SIDEWAYS) == "0", f"{width} px wide, {member or 'guest'}"
            assert page.evaluate(CLIPPED) == [], f"{width} px wide, {member or 'guest'}"


def test_what_is_too_wide_scrolls_in_its_own_box(windows: Windows, site: Site) -> None:
    page = windows.open("phone")
    page.goto(site.addresses["wide thread"])
    lines = """(cell) => {
      const range = new Range();
      range.selectNodeContents(cell);
      return range.getClientRects().length;
    }"""
    assert page.locator(".post-page th").first.evaluate(lines) == 1, "a word is torn apart"
    for box in ("pre", "table"):
        scrolls = "(e) => { e.scrollLeft = 99; return e.scrollLeft; }"
        assert page.locator(f".post-page {box}").evaluate(scrolls) > 0


def test_a_comment_that_is_looked_at_lies_on_one_band(windows: Windows, site: Site) -> None:
    page = windows.open("desktop")
    page.goto(site.addresses["comment"])
    edge = "(e) => e.getBoundingClientRect().right"
    name = page.locator(".is-focus > article > header")
    assert name.evaluate(edge) == page.locator(".is-focus > article > .fold > .text").evaluate(edge)
