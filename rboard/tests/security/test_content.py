"""What members write never becomes more than text (security.md, cases 1 to 5)."""

from collections.abc import Iterator
from xml.etree import ElementTree as XML

import pytest

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from inbox.models import Letter
from rboard.tests.security import dom
from rboard.tests.security.browser import Browser
from rboard.tests.security.payloads import GOOD_HREFS, GOOD_LINKS, MARK, MARKDOWN, PLAIN
from rboard.tests.security.visitors import Visitors, every_address, places_of

pytestmark = pytest.mark.django_db


def with_landmarks(name: str) -> str:
    """A payload behind words by which it is found, and links that are good."""
    return f"{MARK} {name}. {GOOD_LINKS}\n\n{MARKDOWN[name]}"


def marked(page: dom.Element) -> list[dom.Element]:
    return [content for content in dom.contents(page) if MARK in content.text]


def harmless(browser: Browser, path: str) -> dom.Element:
    page = browser.read(path)
    assert dom.problems(page) == [], path
    return page


def check_links(content: dom.Element) -> None:
    """Case 1: only http, https, mailto and the site's own paths remain; and those do remain."""
    hrefs = {link.attributes.get("href", "") for link in content.find("a")}
    assert hrefs >= GOOD_HREFS, content.text
    assert {dom.scheme(href) for href in hrefs} <= {"", "http", "https", "mailto"}
    assert not [href for href in hrefs if href.startswith(("//", "/\\"))]


def texts_on(browser: Browser, path: str) -> int:
    """How many rendered texts with the mark a harmless page shows."""
    texts = marked(harmless(browser, path))
    for text in texts:
        check_links(text)
    return len(texts)


def comment_each(browser: Browser, post: Post) -> list[Comment]:
    """A comment for each payload."""
    for name in MARKDOWN:
        response = browser.raw_form(f"{post.address}reply/", {"text": with_landmarks(name)})
        assert response.status_code == 302, name
    return list(Comment.objects.order_by("pk"))


def test_comments_are_harmless_wherever_they_show(post: Post, ann: Member, ben: Member) -> None:
    browser, author = Browser(ben), Browser(ann)
    comments = comment_each(browser, post)
    for viewer in (browser, author, Browser()):
        assert texts_on(viewer, post.get_absolute_url()) == len(MARKDOWN)
    for comment in comments:
        assert texts_on(browser, comment.get_absolute_url()) == 1
        assert texts_on(author, f"{comment.address}reply/") == 1
    assert texts_on(author, "/u/ben/comments/") == 25
    # The author of the post got them as letters, each one plain line.
    assert harmless(author, "/inbox/").text.count(MARK) == 25


def told(element: dom.Element) -> list[object]:
    """An element's content, told flat."""
    return [element.text.strip(), *((e.tag, e.attributes) for e in element.walk())]


def test_a_preview_is_made_by_the_same_code(post: Post, ann: Member) -> None:
    """Case 5: what a preview shows is what the page will show, in every form that has one."""
    browser = Browser(ann)
    comments = comment_each(browser, post)
    shown = marked(browser.read(f"{post.get_absolute_url()}?sort=old"))
    assert len(shown) == len(comments)
    for name, comment, content in zip(MARKDOWN, comments, shown, strict=True):
        fields = {"preview": "1", "text": with_landmarks(name)}
        for path, more in (
            (f"{post.address}reply/", {}),
            ("/b/board_a/submit/", {"title": "A title"}),
            (f"{post.address}edit/", {"title": "A title"}),
            (f"{comment.address}edit/", {}),
        ):
            headers = {} if name == "iframe" else {"HX_Request": "true"}
            response = browser.raw_form(path, fields | more, **headers)
            assert response.status_code == 200
            page = dom.parse(response.content.decode())
            assert dom.problems(page) == [], path
            [preview] = marked(page)
            assert told(preview) == told(content), f"{path}: {name}"
    assert Comment.objects.count() == len(MARKDOWN)
    assert Post.objects.count() == 1


def test_edit_forms_give_the_text_back(post: Post, ben: Member) -> None:
    """Case 5: as it was typed, in a textarea out of which nothing breaks."""
    browser = Browser(ben)
    for name, comment in zip(MARKDOWN, comment_each(browser, post), strict=True):
        text = with_landmarks(name).replace("\x01", "")
        [field] = harmless(browser, f"{comment.address}edit/").find("textarea", name="text")
        assert field.text.strip() == text
        browser.raw_form(f"{comment.address}edit/", {"text": f"{text}\n\nMore."})
        history = harmless(browser, f"{comment.address}history/")
        assert sum(text in source.text for source in history.find("pre")) == 2


def test_bios_are_harmless(ben: Member) -> None:
    browser = Browser(ben)
    for name in MARKDOWN:
        response = browser.raw_form("/settings/", {"bio": with_landmarks(name)})
        assert response.status_code == 302
        for path in ("/u/ben/", "/u/ben/comments/"):
            assert texts_on(browser, path) == 1
        harmless(browser, "/settings/")


@pytest.mark.parametrize("part", range(4))
def test_boards_and_posts_are_harmless_wherever_they_show(part: int, ben: Member) -> None:
    browser = Browser(ben)
    text = "\n\n".join(with_landmarks(name) for name in list(MARKDOWN)[part::4])
    fields = {"name": "trap", "title": "Trap", "description": text, "rules": text}
    assert browser.submit("/boards/new/", fields).status_code == 302
    assert browser.submit("/b/trap/submit/", {"title": "A", "text": text}).status_code == 302
    post = Post.objects.get()
    for path, texts in (
        ("/b/trap/", 2),
        ("/b/trap/about/", 2),
        ("/b/trap/submit/", 2),
        (post.get_absolute_url(), 3),
    ):
        assert texts_on(browser, path) == texts, path
    for path in ("/", "/b/trap/edit/", f"{post.address}edit/", "/u/ben/"):
        harmless(browser, path)
    assert MARK in harmless(browser, "/boards/").text
    edited = {"title": PLAIN, "description": f"{text}\n\nMore.", "rules": text}
    assert browser.submit("/b/trap/edit/", edited).status_code == 302
    assert texts_on(browser, "/b/trap/") == 2


@pytest.fixture
def hostile(post: Post, comment: Comment, ann: Member, ben: Member) -> Comment:
    """A thread where every text and title is an attack; the comment at its end."""
    browser = Browser(ben)
    board = {"name": "trap", "title": PLAIN, "description": PLAIN, "rules": PLAIN}
    assert browser.submit("/boards/new/", board).status_code == 302
    browser.submit("/settings/", {"bio": PLAIN})
    link = 'https://evil.example/"onmouseover="alert(1)'
    fields = {"title": PLAIN, "text": f"{PLAIN} u/ann", "url": link}
    answer = browser.submit("/b/trap/submit/", fields)
    assert answer.status_code in {302, 422}
    if answer.status_code == 422:  # such a link is none
        answer = browser.submit("/b/trap/submit/", fields | {"url": "https://evil.example/'"})
    trap = Post.objects.get(title=PLAIN)
    other = Browser(ann)
    other.submit(trap.get_absolute_url(), {"text": f"{PLAIN} u/ben"})
    browser.submit(post.get_absolute_url(), {"text": f"{PLAIN} u/ann"})
    root = trap.comments.get()
    browser.submit(f"{root.address}reply/", {"text": PLAIN})
    other.submit(f"{root.address}edit/", {"text": f"{PLAIN} again"})
    browser.submit(f"{trap.address}edit/", {"title": PLAIN + "!", "text": PLAIN})
    last: Comment = trap.comments.get(parent=root)
    return last


@pytest.mark.parametrize("visitor", ["guest", "author", "superuser"])
def test_titles_and_names_are_escaped_on_every_page(
    visitor: str, visitors: Visitors, hostile: Comment
) -> None:
    """Case 4, on whatever address there is or will be: pages, feeds, the admin."""
    browser = Browser(visitors[visitor])
    seen = 0
    for path in hostile_paths(hostile):
        response = browser.get(path)
        if response.status_code != 200:
            continue
        kind = response.headers["Content-Type"].partition(";")[0]
        text = response.content.decode()
        if kind == "text/html":
            page = dom.parse(text)
            # The admin's own pages have scripts that are data, and styles of their own.
            own = [p for p in dom.problems(page) if not path.startswith("/admin/")]
            foreign = [e.path for e in page.walk() if "alert(1)" in str(e.attributes.keys())]
            injected = [
                e.path
                for e in page.walk()
                if e.attributes.keys() & {"onload", "onerror", "onmouseover", "onclick"}
            ]
            assert own + foreign + injected == [], path
            seen += PLAIN in page.text or PLAIN in str([e.attributes for e in page.walk()])
        elif kind.endswith("xml"):
            XML.fromstring(text)  # noqa: S314 (our own)
            assert "<svg" not in text
    assert seen > 5


def hostile_paths(hostile: Comment) -> Iterator[str]:
    places = places_of(hostile, hostile)
    for address in every_address():
        yield address.path({**places.public, "username": "ben"})
    yield from ("/?feed=all&sort=new", f"/boards/?q={PLAIN[:50]}", "/u/ann/comments/", "/inbox/")
    yield f"/b/trap/submit/?title={PLAIN}&text={PLAIN}&url={PLAIN}"
    yield f"/login/?next={PLAIN}"
    yield f"/register/?next=/{PLAIN}"


def test_a_link_already_posted_is_shown_escaped(hostile: Comment, ben: Member) -> None:
    browser = Browser(ben)
    trap = hostile.post
    assert trap.url
    fields = {"title": "Again", "url": trap.url, "csrfmiddlewaretoken": browser.token()}
    response = browser.post("/b/trap/submit/", fields)
    page = dom.parse(response.content.decode())
    assert response.status_code == 422
    assert PLAIN in page.text
    assert dom.problems(page) == []


def test_letters_are_plain(hostile: Comment, ann: Member) -> None:
    letters = Letter.objects.filter(recipient=ann)
    assert letters.exists()
    page = Browser(ann).read("/inbox/")
    assert dom.problems(page) == []
    assert PLAIN in page.text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVa\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "http:evil.example",
        "ftp://evil.example",
        "https://",
        "https:///evil",
        "javascript://evil.example/%0aalert(1)",
        "https://evil.example/\njavascript:alert(1)",
        " javascript:alert(1)",
    ],
)
def test_a_post_links_to_web_pages_alone(url: str, a: Board, ben: Member) -> None:
    response = Browser(ben).submit("/b/board_a/submit/", {"title": "A link", "url": url})
    if response.status_code != 422:
        link = Post.objects.get().url
        assert dom.scheme(link) in {"http", "https"}
        assert "\n" not in link
    else:
        assert not Post.objects.exists()
