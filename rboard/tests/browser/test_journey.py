"""The whole way of a newcomer: at a desk, on a phone, and without JavaScript."""

import re
from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from rboard.tests.browser.scenery import PASSWORD
from rboard.tests.browser.windows import KINDS, Windows

pytestmark = pytest.mark.browser


@dataclass
class Traveller:
    """A newcomer with a device: what they do on every page, in words."""

    page: Page
    kind: str
    name: str

    @property
    def has_script(self) -> bool:
        return self.kind != "no script"

    def press(self, target: Locator) -> None:
        target.tap() if self.kind == "phone" else target.click()

    def choose(self, role: str, name: str) -> None:
        """Press what the bar on top holds; on a phone, the menu that slides in."""
        if self.kind == "phone":
            self.press(self.page.get_by_role("button", name="Menu", exact=True))
            place = self.page.get_by_role("navigation", name="Menu")
        else:
            place = self.page.get_by_role("banner")
        self.press(place.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]

    def comment(self, text: str) -> Locator:
        """The comment that says `text`."""
        said = self.page.locator(".comment .text").filter(has_text=text)
        expect(said).to_have_count(1)
        return said.locator("xpath=ancestor::article[1]")

    def actions(self, text: str) -> Locator:
        """What can be done with the comment that says `text`, and not with its replies."""
        return self.comment(text).locator("> details > .actions")

    def stays(self) -> "Stay":
        return Stay(self)


class Stay:
    """With JavaScript, what happens in this block leaves the page and its address alone."""

    def __init__(self, traveller: Traveller) -> None:
        self.traveller = traveller

    def __enter__(self) -> None:
        if self.traveller.has_script:
            self.address = self.traveller.page.url
            self.traveller.page.evaluate("window.stays = true")

    def __exit__(self, failure: object, *_rest: object) -> None:
        if self.traveller.has_script and failure is None:
            assert self.traveller.page.evaluate("window.stays === true"), "the page was reloaded"
            assert self.traveller.page.url == self.address


@pytest.mark.parametrize("kind", KINDS)
def test_a_newcomer_registers_makes_a_board_talks_votes_and_leaves(
    windows: Windows, kind: str
) -> None:
    name = f"newcomer_{kind.replace(' ', '_')}"
    traveller = Traveller(windows.open(kind), kind, name)
    register(traveller)
    board = make_board(traveller)
    thread = submit_post(traveller, board)
    texts = talk(traveller, thread)
    vote_on_what_others_wrote(traveller)
    traveller.page.goto(thread)
    edit_comment(traveller, texts)
    delete_comment(traveller, texts)
    sign_out(traveller)


def register(traveller: Traveller) -> None:
    page = traveller.page
    page.goto("/")
    traveller.choose("link", "Register")
    page.locator("[name=username]").fill(traveller.name)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    traveller.press(page.get_by_role("main").get_by_role("button", name="Register"))
    expect(page.get_by_text(f"Welcome, {traveller.name}!")).to_be_visible()
    expect(page).to_have_url(re.compile(r":\d+/$"))


def make_board(traveller: Traveller) -> str:
    page, name = traveller.page, traveller.name.replace("newcomer", "board")
    if traveller.kind == "phone":
        traveller.choose("link", "Make a board")
    else:
        traveller.press(page.get_by_role("link", name="Make a board"))
    page.locator("[name=name]").fill(name)
    page.locator("[name=title]").fill("A board of one's own")
    page.locator("[name=description]").fill("About *everything*.")
    traveller.press(page.get_by_role("button", name="Make board"))
    expect(page).to_have_url(re.compile(f"/b/{name}/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("A board of one's own")
    return name


def submit_post(traveller: Traveller, board: str) -> str:
    page = traveller.page
    traveller.press(page.get_by_role("link", name="Write the first post"))
    page.locator("[name=title]").fill("First words")
    page.locator("[name=text]").fill("This is **important**.")
    traveller.press(page.get_by_role("button", name="Preview"))
    expect(page.locator(".preview strong")).to_have_text("important")
    expect(page.locator("[name=title]")).to_have_value("First words")
    traveller.press(page.get_by_role("button", name="Post", exact=True))
    expect(page).to_have_url(re.compile(rf"/b/{board}/\w+/first-words/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("First words")
    expect(page.locator(".post-page strong")).to_have_text("important")
    return page.url


def talk(traveller: Traveller, thread: str) -> list[str]:
    """A comment, and three replies each to the one before."""
    texts = [f"This is level {level} of the talk." for level in range(1, 5)]
    page = traveller.page
    with traveller.stays():
        page.get_by_label("Your comment").fill(texts[0])
        traveller.press(page.get_by_role("button", name="Comment", exact=True))
        expect(traveller.comment(texts[0])).to_be_visible()
        expect(page.get_by_text("No comments yet.")).to_be_hidden()
        for above, text in pairwise(texts):
            reply(traveller, above, text)
    page.goto(thread)
    for text in texts:
        expect(traveller.comment(text)).to_be_visible()
    below = f"Reply by {traveller.name} to {traveller.name}, level 4"
    expect(page.get_by_role("article", name=below)).to_contain_text(texts[3])
    expect(page.get_by_role("heading", name="4 comments")).to_be_visible()
    return texts


def reply(traveller: Traveller, above: str, text: str) -> None:
    page = traveller.page
    traveller.press(traveller.actions(above).get_by_role("link", name=re.compile("^Reply to")))
    composers = page.get_by_label("Your reply")
    composers.last.fill(text)
    traveller.press(page.get_by_role("button", name="Reply", exact=True).last)
    if traveller.has_script:
        expect(composers).to_have_count(0)
    answer = traveller.comment(above).get_by_text(text, exact=True)
    expect(answer).to_have_count(1)
    expect(answer).to_be_visible()


def vote_on_what_others_wrote(traveller: Traveller) -> None:
    page = traveller.page
    page.goto("/?sort=top&feed=all")
    traveller.press(page.locator(".post-row .title a[href^='/b/balcony/']").first)
    post = page.locator(".post-page > .vote")
    comment = page.locator(".comment > article > details > .actions .vote").first
    for votes in (post, comment):
        expect(votes).to_be_visible()
        before = int(votes.locator(".score").inner_text())
        up = votes.get_by_role("button", name=re.compile("^Vote up"))
        for pressed, score in (("true", before + 1), ("false", before)):
            with traveller.stays():
                traveller.press(up)
                expect(up).to_have_attribute("aria-pressed", pressed)
                expect(votes.locator(".score")).to_have_text(str(score))
        traveller.press(up)
        expect(up).to_have_attribute("aria-pressed", "true")
        page.reload()
        expect(up).to_have_attribute("aria-pressed", "true")
        expect(votes.locator(".score")).to_have_text(str(before + 1))


def edit_comment(traveller: Traveller, texts: list[str]) -> None:
    page, old = traveller.page, texts[2]
    texts[2] = "I changed my mind about level 3."
    traveller.press(traveller.actions(old).get_by_role("link", name=re.compile("^Edit")))
    expect(page.get_by_label("Your comment")).to_have_value(old)
    page.get_by_label("Your comment").fill(texts[2])
    traveller.press(page.get_by_role("button", name="Save"))
    expect(traveller.comment(texts[2]).locator("> header")).to_contain_text("edited")
    expect(page.get_by_text(old)).to_have_count(0)
    history = traveller.actions(texts[2]).get_by_role("link", name=re.compile("^Earlier versions"))
    traveller.press(history)
    expect(page.get_by_text(old)).to_be_visible()
    expect(page.get_by_text(texts[2])).to_be_visible()
    traveller.press(page.get_by_role("main").get_by_role("link", name=re.compile("^Back")))
    expect(traveller.comment(texts[2])).to_be_visible()


def delete_comment(traveller: Traveller, texts: list[str]) -> None:
    """Taken from the middle: its replies stay."""
    page = traveller.page
    own = traveller.actions(texts[1])
    traveller.press(own.locator("summary").filter(has_text="delete"))
    traveller.press(own.get_by_role("button", name="Yes, delete"))
    expect(page.get_by_text("Your comment is deleted.")).to_be_visible()
    expect(page.get_by_text(texts[1])).to_have_count(0)
    tombstone = page.locator(".comment").filter(has_text="The author deleted this comment.").last
    expect(tombstone.get_by_text(texts[2])).to_be_visible()
    expect(tombstone.get_by_text(texts[3])).to_be_visible()


def sign_out(traveller: Traveller) -> None:
    page = traveller.page
    traveller.choose("button", "Sign out")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/settings/")
    expect(page).to_have_url(re.compile(r"/login/\?next=/settings/"))
