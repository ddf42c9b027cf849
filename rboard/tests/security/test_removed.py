"""A removed text is seen by its author and by those who look after its board (case 11)."""

from urllib.parse import urlsplit

import pytest

from accounts.models import Member
from discussions.actions.comments import edit_comment, reply
from discussions.actions.posts import edit_post
from discussions.models import Comment, Post
from inbox.models import Letter
from moderation.actions.log import By
from moderation.actions.people import warn
from moderation.actions.reports import report
from rboard.tests.security.browser import Browser
from rboard.tests.security.visitors import Places, Visitors, every_address

pytestmark = pytest.mark.django_db

# They stand in the removed post and the removed comment, now and before, and nowhere else.
WORDS = ("sesame", "poppy")
OUTSIDERS = ["guest", "member", "approved", "moderator of another board"]
INSIDERS = ["author", "moderator", "moderator of the private board", "staff", "superuser"]
QUERIES = [
    "/", "/?feed=all", "/?sort=new&feed=all", "/?sort=top&t=all&feed=all",
    "/?sort=active&feed=all", "/?sort=controversial&feed=all",
    "/b/board_a/", "/b/board_a/?sort=new", "/b/board_a/?sort=top&t=all", "/b/board_a/about/",
    "/u/ann/", "/u/ann/comments/", "/u/ben/", "/u/ben/comments/",
    "/inbox/", "/inbox/?show=all", "/inbox/?show=unread",
    "/b/board_a/modlog/", "/b/board_a/modlog/feed/", "/b/board_a/modlog/?verb=remove",
]  # fmt: skip
SORTS = ("best", "top", "new", "old", "controversial")


@pytest.fixture
def texts(
    places: Places, post: Post, comment: Comment, ann: Member, ben: Member, mia: Member
) -> tuple[Post, Comment]:
    """A post and a comment with versions, answers, mentions, reports; all of it was told of."""
    for word in ("poppy", "sesame"):
        edit_post(editor=ann, post=post, title=f"{word} title", text=f"{word} text, u/ben u/mia")
        edit_comment(editor=ann, comment=comment, text=f"{word} comment, u/ben u/mia")
    post.refresh_from_db()
    reply(author=ann, post=post, text="sesame too, u/ben u/mia u/pam")
    reply(author=ben, post=post, parent=comment, text="An answer to it, u/mia.")
    for target in (post, comment):
        assert report(reporter=mia, board=post.board, target=target, reason="Rude.")
    assert Letter.objects.filter(recipient__in=(ben, mia), title__contains="sesame").exists()
    return post, comment


def paths(places: Places, post: Post, comment: Comment) -> list[str]:
    thread = f"{post.address}sesame-title/"
    found = [address.path(places.public) for address in every_address() if not address.is_of_admin]
    found += QUERIES
    found += [thread, f"{thread}c/{comment.pk}/", f"{post.address}poppy-title/"]
    found += [f"{post.address}?sort={sort}" for sort in SORTS]
    return list(dict.fromkeys(found))


def remove_all(moderator: Member, post: Post) -> None:
    """By the buttons on the site, as whoever keeps pages must notice."""
    browser = Browser(moderator)
    for comment in Comment.objects.filter(post=post, text__contains="sesame"):
        comment.post = post
        assert browser.raw_form(f"{comment.address}remove/", {}).status_code == 302
    sent = browser.raw_form(f"{post.address}reason/", {"reason": "Be kind.", "note": "Again."})
    assert sent.status_code == 302
    post.refresh_from_db()
    assert post.removed_at is not None


def told(browser: Browser, path: str) -> str:
    """All that an answer says, but for the address that was asked for."""
    answer = browser.get(path, follow=True)
    assert answer.status_code < 500, path
    ways = "".join(address for address, _status in getattr(answer, "redirect_chain", ()))
    return (ways + answer.content.decode()).replace(path, "@").replace(urlsplit(path).path, "@")


@pytest.mark.parametrize("visitor", OUTSIDERS)
def test_no_page_tells_a_word_of_it(
    visitor: str,
    visitors: Visitors,
    places: Places,
    texts: tuple[Post, Comment],
    amy: Member,
    ann: Member,
) -> None:
    post, comment = texts
    browser = Browser(visitors[visitor])
    asked = paths(places, post, comment)
    # They saw it before, and guests' pages were kept.
    before = {path for path in asked if "sesame" in told(browser, path)}
    assert {"/b/board_a/", "/u/ann/", "/u/ann/comments/"} <= before
    remove_all(amy, post)
    warn(ann, post.board, By(amy), reason="Rude.")
    wrong = []
    for path in asked:
        page = told(browser, path)
        wrong += [f"{path}: {word}" for word in WORDS if word in page]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("visitor", OUTSIDERS)
def test_no_letter_tells_a_word_of_it(
    visitor: str, visitors: Visitors, texts: tuple[Post, Comment], amy: Member
) -> None:
    remove_all(amy, texts[0])
    member = visitors[visitor]
    if member is None:
        return
    for letter in Letter.objects.filter(recipient=member):
        said = f"{letter.title} {letter.excerpt} {letter.url}"
        assert not any(word in said for word in WORDS), said


@pytest.mark.parametrize("visitor", OUTSIDERS)
@pytest.mark.parametrize("deed", ["edit", "history", "why", "reason", "report"])
def test_no_form_is_filled_in_with_it(
    deed: str, visitor: str, visitors: Visitors, texts: tuple[Post, Comment], amy: Member
) -> None:
    remove_all(amy, texts[0])
    browser = Browser(visitors[visitor])
    for text in texts:
        for answer in (
            browser.get(f"{text.address}{deed}/"),
            browser.raw_form(f"{text.address}{deed}/", {"preview": "1", "text": "x", "title": "x"}),
        ):
            assert answer.status_code in {302, 403, 404, 405, 422, 200}
            if answer.status_code == 200:
                assert deed == "report"
            assert not any(word in answer.content.decode() for word in WORDS)


@pytest.mark.parametrize("visitor", INSIDERS)
def test_the_author_and_those_who_look_after_the_board_read_it(
    visitor: str, visitors: Visitors, texts: tuple[Post, Comment], amy: Member
) -> None:
    post, comment = texts
    remove_all(amy, post)
    browser = Browser(visitors[visitor])
    assert "sesame text" in told(browser, post.address)
    assert "sesame comment" in told(browser, f"{post.address}x/c/{comment.pk}/")
    for text in texts:
        assert "poppy" in told(browser, f"{text.address}history/")


def test_its_author_does_not_edit_it(texts: tuple[Post, Comment], amy: Member, ann: Member) -> None:
    remove_all(amy, texts[0])
    browser = Browser(ann)
    for text in texts:
        assert browser.get(f"{text.address}edit/").status_code == 403
        sent = browser.raw_form(f"{text.address}edit/", {"title": "x", "text": "Other."})
        assert sent.status_code == 403
