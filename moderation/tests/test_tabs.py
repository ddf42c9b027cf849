"""Going from one queue to another keeps what one has narrowed the first by."""

import re

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import cases, content
from moderation.actions.log import By
from moderation.models import Case

QUEUE = "/admin/moderation/case/"


def tabs(page: str) -> dict[str, tuple[str, str]]:
    """The address of each queue, and how many wait there."""
    nav = page.partition('class="desk-waits"')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]*)"[^>]*><strong>([^<]*)</strong> ([^<]*)</a>', nav)
    return {label: (url.replace("&amp;", "&"), count) for url, count, label in found}


def test_the_filters_go_along_and_the_counts_are_of_the_board(
    a: Board, p: Board, post: Post, comment: Comment, secret: Post, mo: Member
) -> None:
    cases.open_case(a, post, Case.Kind.REPORTED)
    cases.open_case(p, secret, Case.Kind.REPORTED)
    content.remove(comment, By(mo))
    client = signed_in(mo)
    everywhere = tabs(client.get(QUEUE).content.decode())
    assert everywhere["reported"] == (f"{QUEUE}?queue=reported", "2")
    narrowed = client.get(f"{QUEUE}?board={p.pk}&about=post&order=reports").content.decode()
    url, count = tabs(narrowed)["removed"]
    assert url == f"{QUEUE}?queue=removed&board={p.pk}&about=post&order=reports"
    assert count == "0"
    assert tabs(narrowed)["reported"][1] == "1"
    # And back again.
    back, _count = tabs(client.get(url).content.decode())["reported"]
    page = client.get(back).content.decode()
    assert f'<option value="{p.pk}" selected' in page
    assert secret.title in page
    assert post.title not in page
    # From the desk's front nothing goes along.
    assert f'href="{QUEUE}?queue=removed"' in client.get("/admin/").content.decode()


def test_a_board_of_others_counts_nothing(a: Board, post: Post, mia: Member) -> None:
    cases.open_case(a, post, Case.Kind.REPORTED)
    page = signed_in(mia).get(f"{QUEUE}?board={a.pk}").content.decode()
    assert {count for _url, count in tabs(page).values()} == {"0"}
