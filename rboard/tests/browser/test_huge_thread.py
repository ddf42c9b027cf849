"""A thread of 100,000 comments: opened, sorted, paged to its end and answered."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from discussions.threads import ORDERS, PAGE_SIZE
from rboard.tests.browser.scenery import HUGE_ROOTS
from rboard.tests.browser.site import Site, running_site
from rboard.tests.browser.windows import Windows

pytestmark = pytest.mark.browser

COMMENTS = ".comment > article"
ROOTS = "#thread > .comment"


@pytest.fixture
def huge_site(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("huge")
    with running_site(settings.DATABASES["default"], folder, scenery="huge") as site:
        yield site


def roots_of(page: Page) -> list[str]:
    ids: list[str] = page.locator(ROOTS).evaluate_all("all => all.map(e => e.id)")
    return ids


def say(page: Page, box: str, button: str, text: str) -> None:
    page.get_by_label(box).fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(COMMENTS).filter(has_text=text).first).to_be_visible()


def test_a_huge_thread_is_read_like_a_small_one(huge_site: Site, windows: Windows) -> None:
    windows = Windows(windows.browser, huge_site, {})
    page = windows.open(member="wanda")
    thread = huge_site.addresses["huge thread"]
    firsts = set()
    for sort in ORDERS:
        page.goto(f"{thread}?sort={sort}")
        expect(page.locator("#comments")).to_have_text("100,000 comments")
        assert PAGE_SIZE * 3 / 4 <= page.locator(COMMENTS).count() <= PAGE_SIZE
        firsts.add(roots_of(page)[0])
    assert len(firsts) > 1
    # By plain links from page to page, and with script all on one page.
    plain = windows.open("no script")
    plain.goto(f"{thread}?sort=old")
    seen: list[str] = []
    while True:
        seen += roots_of(plain)
        further = plain.get_by_role("link", name="More comments", exact=True)
        if not further.count():
            break
        further.click()
        expect(plain.locator(f"#{seen[-1]}")).to_have_count(0)
        plain.wait_for_load_state()  # a busy machine shows a page before its last comment is there
    assert len(seen) == len(set(seen)) == HUGE_ROOTS
    page.goto(f"{thread}?sort=old")
    first = len(roots_of(page))
    for count in range(first, 6 * first, first):
        page.get_by_role("link", name="More comments", exact=True).click()
        expect(page.locator(f"{ROOTS} >> nth={count} >> article").first).to_be_focused()
    assert roots_of(page) == seen[: 6 * first]

    tree = page.locator(ROOTS).first
    shown = tree.locator(COMMENTS).count()
    tree.get_by_role("link", name="more repl").first.click()
    expect(tree.locator(COMMENTS).nth(shown)).to_be_attached()
    assert page.url.endswith("?sort=old")

    page.goto(huge_site.addresses["huge comment"])
    say(page, "Your reply", "Reply", "From the middle of it all.")
    page.goto(f"{thread}?sort=new")
    say(page, "Your comment", "Comment", "And from the top.")
    expect(page.locator("#comments")).to_have_text("100,002 comments")
    windows.close()
    assert not windows.faults
