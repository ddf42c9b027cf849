"""Pictures of the sample site for docs/screenshots: desktop and phone, light and dark.

bin/screenshots runs it.
"""

import argparse
import base64
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from rboard.tests.browser.scenery import MEMBERS
from rboard.tests.browser.site import ROOT, running_site
from rboard.tests.browser.windows import BROWSERS, KINDS, find_browser, launch, sign_in

QUALITY = 55  # of WebP: text is still sharp, and a picture weighs 15 to 50 KB


def front(page: Page) -> None:
    page.goto("/")


def board(page: Page) -> None:
    page.goto("/b/balcony/")


def thread(page: Page) -> None:
    page.goto("/b/balcony/?sort=top")
    page.locator(".post-row .title a[href^='/b/']").first.click()
    page.locator(".comment").first.wait_for()
    # Most of a first screen is the post; the talk below it is what the picture is for.
    page.locator("#comments").evaluate("(e) => e.scrollIntoView({block: 'center'})")


def submit(page: Page) -> None:
    page.goto("/b/balcony/submit/")
    page.locator("[name=title]").fill("What grows in the shade of a north wall?")
    page.locator("[name=text]").fill(
        "Four boxes, **no sun** after ten in the morning. So far:\n\n"
        "- mint, which would grow in a drawer\n- parsley, slowly\n\nWhat else?"
    )


def profile(page: Page) -> None:
    page.goto("/u/mirela/")


def sign_in_page(page: Page) -> None:
    page.goto("/login/")


def not_found(page: Page) -> None:
    page.goto("/b/nothing-here/")


def desk(page: Page) -> None:
    page.goto("/admin/moderation/case/?kind=reported")


def mod_log(page: Page) -> None:
    page.goto("/b/court/modlog/")


def confirm(page: Page) -> None:
    desk(page)
    card = page.locator(".desk-card").filter(has_text="My old lathe")
    card.get_by_role("button", name="remove").first.click()
    page.locator(".desk-go").first.wait_for()


def act(page: Page) -> None:
    page.goto("/b/court/")
    page.get_by_role("link", name="My old lathe").first.click()
    page.get_by_text("why, and how to appeal").first.click()
    page.locator("textarea").wait_for()


Pages = dict[str, Callable[[Page], None]]

# Of each scenery the pages that each member sees, "" for a guest.
PAGES: dict[str, dict[str, Pages]] = {
    "members": {
        "": {"profile": profile, "sign-in": sign_in_page, "404": not_found},
        MEMBERS[1]: {"front": front, "board": board, "thread": thread, "submit": submit},
    },
    "court": {
        "mara": {"desk": desk, "confirm": confirm, "mod-log": mod_log},
        MEMBERS[0]: {"act": act},
    },
}


def take(browser: Browser, url: str, folder: Path, visitors: dict[str, Pages]) -> list[Path]:
    taken = []
    for kind in ("desktop", "phone"):
        for scheme in ("light", "dark"):
            for member, pages in visitors.items():
                context = browser.new_context(
                    base_url=url, color_scheme=scheme, reduced_motion="reduce", **KINDS[kind]
                )
                page = context.new_page()
                if member:
                    sign_in(page, member)
                for name, go in pages.items():
                    go(page)
                    taken.append(shoot(page, folder / f"{name}-{kind}-{scheme}.webp"))
                context.close()
    return taken


def shoot(page: Page, file: Path) -> Path:
    page.mouse.move(0, 0)
    picture = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
    )
    file.write_bytes(base64.b64decode(picture["data"]))
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "folder", nargs="?", type=Path, default=ROOT / "docs" / "screenshots", help="%(default)s"
    )
    folder = parser.parse_args().folder
    path = find_browser()
    if path is None:
        sys.exit(f"rboard: no browser: install chromium, or name one in CHROMIUM ({BROWSERS})")
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for scenery, visitors in PAGES.items():
        with (
            tempfile.TemporaryDirectory() as work,
            running_site({"ENGINE": "sqlite3"}, Path(work), scenery) as site,
            sync_playwright() as playwright,
        ):
            browser = launch(playwright, path)
            taken += take(browser, site.url, folder, visitors)
            browser.close()
    size = sum(file.stat().st_size for file in taken)
    sys.stdout.write(f"{len(taken)} pictures in {folder}, {size / 1000:.0f} KB\n")


if __name__ == "__main__":
    main()
