"""A report, a removal, an appeal and its end, by four people each in a window of their own."""

import pytest
from playwright.sync_api import expect

from rboard.tests.browser.site import Site
from rboard.tests.browser.windows import Windows

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", ["desktop"])
def test_from_a_report_to_an_appeal_that_is_granted(
    windows: Windows, site: Site, kind: str
) -> None:
    address = site.addresses["judged post"]
    rita = windows.open(kind, member="rita")
    rita.goto(address)
    rita.get_by_role("main").get_by_role("link", name="report").first.click()
    rita.get_by_label("No selling.").check()
    rita.get_by_role("button", name="Report", exact=True).click()
    expect(rita.get_by_text("Thank you")).to_be_visible()

    mara = windows.open(kind, member="mara")
    mara.goto("/b/court/")
    mara.get_by_role("link", name="Review queue").click()
    card = mara.locator(".desk-card").filter(has_text="My old lathe")
    expect(card).to_contain_text("No selling.")
    expect(mara.locator("body")).not_to_contain_text("rita")
    card.get_by_role("button", name="remove", exact=False).first.click()
    mara.get_by_label("Selling Nothing is sold here.").check()
    mara.locator(".desk-go").click()
    expect(mara.locator(".desk-card").filter(has_text="My old lathe")).to_have_count(0)

    rita.goto("/inbox/")
    expect(
        rita.get_by_text("Your report of a post in b/court: it was removed").last
    ).to_be_visible()
    rita.goto(address)
    expect(rita.get_by_text("Any offers?")).to_have_count(0)

    otto = windows.open(kind, member="otto")
    otto.goto("/inbox/")
    otto.locator("button.text-start", has_text="was removed from b/court").click()
    expect(otto.get_by_text("Nothing is sold here.")).to_be_visible()
    expect(otto.get_by_text("Any offers?")).to_be_visible()
    otto.locator("textarea").fill("I give it away.")
    otto.get_by_role("button", name="Appeal").click()
    expect(otto.get_by_text("waits for a moderator", exact=True)).to_be_visible()

    mara.goto("/admin/")
    mara.get_by_role("link", name="appeals").first.click()
    expect(mara.get_by_text("must decide this: you acted")).to_be_visible()
    milo = windows.open(kind, member="milo")
    milo.goto("/admin/moderation/case/?queue=appeals")
    milo.get_by_role("button", name="Grant: take it back").click()
    milo.locator("textarea").fill("A gift is no sale.")
    milo.get_by_role("button", name="Grant: take it back").click()

    rita.goto(address)
    expect(rita.get_by_text("Any offers?")).to_be_visible()
    otto.goto("/inbox/")
    expect(
        otto.get_by_text("Your appeal was granted: your post is back in b/court").last
    ).to_be_visible()
    rita.goto("/b/court/modlog/")
    for said in ("removed", "overturned", "Nothing is sold here.", "A gift is no sale."):
        expect(rita.get_by_role("main")).to_contain_text(said)
    expect(rita.get_by_role("main").get_by_role("link", name="milo")).to_be_visible()


@pytest.mark.parametrize("kind", ["desktop", "no script"])
def test_a_moderator_removes_a_comment_and_stays_where_they_are(
    windows: Windows, site: Site, kind: str
) -> None:
    address = f"{site.addresses['disputed thread']}?sort=new"
    mara = windows.open(kind, member="mara")
    mara.goto(address)
    comment = mara.locator(".comment", has_text="I asked first, 0 times.")
    pk = (comment.get_attribute("id") or "")[1:]
    comment.get_by_role("button", name=f"Remove {pk}").focus()
    scrolled = mara.evaluate("scrollY")
    assert scrolled > 0
    mara.keyboard.press("Enter")
    expect(comment.get_by_text("removed by a moderator")).to_be_visible()
    expect(mara).to_have_url(f"{site.url}{address}{'' if kind == 'desktop' else f'#c{pk}'}")
    if kind == "no script":
        expect(comment).to_be_in_viewport()
        # As it was, for the other kind.
        comment.get_by_role("button", name=f"Restore {pk}").click()
        expect(comment.get_by_text("removed by a moderator")).to_have_count(0)
        return
    assert mara.evaluate("scrollY") == scrolled
    expect(comment.get_by_role("button", name=f"Restore {pk}")).to_be_focused()
    expect(mara.locator("#live")).to_have_text("Removed.")
    expect(mara.locator("#comments")).to_have_text("11 comments")
    comment.get_by_role("button", name="Undo").press("Enter")
    expect(comment.get_by_text("removed by a moderator")).to_have_count(0)
    # That button is gone; j and k go on from here.
    expect(comment.locator("> article")).to_be_focused()
