"""What a page weighs on the wire, all included, for a browser that has nothing cached."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

KB = 1000  # bytes


@dataclass
class Transfer:
    """What the browser fetched, as it came over the wire: headers and compressed bodies."""

    sizes: dict[str, float] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def on_request(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.addresses[event["requestId"]] = event["request"]["url"]
            self.kinds[event["requestId"]] = event.get("type", "")

    def on_answer(self, event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        self.bodies[event["requestId"]] = int(headers.get("content-length", 0))

    def on_end(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    @property
    def total(self) -> float:
        return sum(self.sizes[each] for each in self.addresses)

    @property
    def scripts(self) -> int:
        """Compressed, without headers."""
        return sum(self.bodies[each] for each, kind in self.kinds.items() if kind == "Script")

    def __str__(self) -> str:
        return "\n".join(
            f"{self.sizes.get(each, 0):8.0f} {url}" for each, url in self.addresses.items()
        )


@pytest.fixture
def transfer(windows: Windows, site: Site) -> Callable[[str, str], tuple[Page, Transfer]]:
    def visit(address: str, member: str) -> tuple[Page, Transfer]:
        page = windows.open(member=member)
        transfer = Transfer()
        wire = page.context.new_cdp_session(page)
        wire.on("Network.requestWillBeSent", transfer.on_request)
        wire.on("Network.responseReceived", transfer.on_answer)
        wire.on("Network.loadingFinished", transfer.on_end)
        wire.send("Network.enable")
        # The icon comes last, when the page counts as loaded.
        with page.expect_request_finished(lambda request: request.url.endswith(".svg")):
            page.goto(address)
        assert set(transfer.sizes) >= set(transfer.addresses), f"not all arrived:\n{transfer}"
        return page, transfer

    return visit


@pytest.mark.parametrize("member", ["", "wanda"])
@pytest.mark.parametrize("name", ["front", "board"])
def test_a_listing_weighs_60_kb_in_6_requests(
    transfer: Callable[[str, str], tuple[Page, Transfer]], site: Site, name: str, member: str
) -> None:
    address = "/?feed=all" if name == "front" else "/b/balcony/"
    page, transferred = transfer(address, member)
    assert page.locator(".post-row").count() > 3
    assert transferred.total <= 60 * KB, str(transferred)
    assert len(transferred.addresses) <= 6, str(transferred)


@pytest.mark.parametrize("member", ["", "wanda"])
def test_a_thread_of_200_comments_weighs_100_kb(
    transfer: Callable[[str, str], tuple[Page, Transfer]], site: Site, member: str
) -> None:
    page, transferred = transfer(site.addresses["busy thread"], member)
    assert page.locator(".comment").count() >= 180
    assert transferred.total <= 100 * KB, str(transferred)


def test_scripts_weigh_no_more_than_they_must(
    transfer: Callable[[str, str], tuple[Page, Transfer]], site: Site
) -> None:
    """htmx is 15 KB of them. Bootstrap's own script, 21 KB more, is not needed."""
    _page, transferred = transfer(site.addresses["thread"], "wanda")
    assert 0 < transferred.scripts <= 17 * KB, str(transferred)
