"""The directory of boards."""

from datetime import timedelta

import pytest
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards import directory as directory_module
from boards.directory import Directory
from boards.models import Board, Subscription
from boards.tests.cast import SignIn

pytestmark = pytest.mark.django_db


def names(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/boards/?{query}").context["directory"].page
    return [board.name for board in page.rows]


@pytest.fixture
def boards(garden: Board) -> QuerySet[Board]:
    """Seven boards, of which some share a size and a time."""
    now = timezone.now()
    for place in range(6):
        Board.objects.create(
            name=f"board_{place}",
            title=f"Number {place}",
            subscriber_count=place // 2,
            active_at=now - timedelta(days=place // 3),
        )
    return Board.objects.all()


def test_it_shows_a_board_with_its_numbers(client: Client, garden: Board) -> None:
    page = client.get("/boards/").content.decode()
    assert "b/Garden" in page
    assert "Green things" in page
    assert "All that grows." in page
    assert "And more." not in page
    assert "1 subscriber<" in page
    assert "0 posts" in page


@pytest.mark.parametrize("sort", ["active", "size", "name"])
def test_its_pages_hold_every_board_once(
    boards: QuerySet[Board], client: Client, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    whole = names(client, f"sort={sort}")
    monkeypatch.setattr(directory_module, "PAGE_SIZE", 2)
    seen: list[str] = []
    after = ""
    while True:
        response = client.get("/boards/", {"sort": sort, "after": after})
        page = response.context["directory"].page
        seen += [board.name for board in page.rows]
        after = page.after
        if not after:
            break
        assert b"More boards" in response.content
    assert seen == whole
    assert len(seen) == 7


def test_it_orders_by_activity_size_and_name(boards: QuerySet[Board], client: Client) -> None:
    assert names(client)[-3:] == ["board_5", "board_4", "board_3"]
    assert names(client, "sort=size")[:2] == ["board_5", "board_4"]
    assert names(client, "sort=name") == [f"board_{place}" for place in range(6)] + ["Garden"]


def test_the_links_to_the_next_page_keep_search_and_order(
    boards: QuerySet[Board], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_module, "PAGE_SIZE", 2)
    page = client.get("/boards/?q=number&sort=name").content.decode()
    assert 'rel="next" href="?q=number&amp;sort=name&amp;after=board_1"' in page
    assert 'href="?q=number&amp;sort=size"' in page


@pytest.mark.parametrize(
    ("words", "found"),
    [("GARD", ["Garden"]), ("green t", ["Garden"]), (" garden ", ["Garden"]), ("%", []), ("x", [])],
)
def test_it_searches_names_and_titles(
    garden: Board, client: Client, words: str, found: list[str]
) -> None:
    response = client.get("/boards/", {"q": words})
    assert [board.name for board in response.context["directory"].page.rows] == found
    if not found:
        assert f"No board matches “{words}”." in response.content.decode()
        assert b'href="/boards/new/"' in response.content


def test_a_search_is_shown_escaped(client: Client) -> None:
    page = client.get("/boards/", {"q": '"><script>x'}).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_an_empty_site_says_what_to_do(client: Client) -> None:
    page = client.get("/boards/").content.decode()
    assert "There is no board yet." in page
    assert "Make a board" in page


@pytest.mark.parametrize("sort", ["active", "size", "name"])
@pytest.mark.parametrize(("words", "count"), [("o", 6), ("_4", 1), ("nowhere", 0)])
def test_a_search_that_looked_at_many_leads_on(
    boards: QuerySet[Board],
    cellar: Board,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    sort: str,
    words: str,
    count: int,
) -> None:
    """No page looks at more than two boards, none passes one over, and the last says that it is."""
    monkeypatch.setattr(directory_module, "LOOKED_AT", 2)
    seen, query = [], {"q": words, "sort": sort}
    for place in range(4):
        response = client.get("/boards/", query)
        page, told = response.context["directory"].page, response.content.decode()
        seen += [board.name for board in page.rows]
        assert page.is_cut is (place < 3)
        assert ("in this order were looked at." in told) is page.is_cut
        assert ("Look further</a>" in told) is page.is_cut
        assert ("No board was found among those looked at." in told) is (
            page.is_cut and not page.rows
        )
        assert "cellar" not in told
        query["after"] = page.after
    assert len(seen) == len(set(seen)) == count


def test_a_page_that_is_full_is_not_cut(
    boards: QuerySet[Board], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_module, "LOOKED_AT", 6)
    monkeypatch.setattr(directory_module, "PAGE_SIZE", 2)
    response = client.get("/boards/?q=number")
    assert not response.context["directory"].page.is_cut
    assert b"More boards</a>" in response.content


@pytest.mark.parametrize(
    "query",
    [
        "sort=best",
        "after=x",
        "after=1~x",
        "after=x~1",
        "after=%00",
        "after=2020-01-01T00:00:00~99999999999999999999",
        "sort=size&after=99999999999999999999~1",
        "sort=size&after=-1~1",
        "sort=size&after=2020-01-01~1",
        "sort=name&after=%00",
        "sort=name&after=" + "x" * 41,
        "q=%00",
        "q=" + "x" * 101,
    ],
)
def test_it_refuses_what_it_never_links_to(garden: Board, client: Client, query: str) -> None:
    response = client.get(f"/boards/?{query}")
    assert response.status_code == 400
    assert b"Traceback" not in response.content


def test_its_refusal_says_why(garden: Board, rf: object) -> None:
    with pytest.raises(BadRequest, match="no such order"):
        Directory(garden.created_by, QueryDict("sort=best"))


def test_private_boards_show_only_to_who_reads_them(
    garden: Board,
    cellar: Board,
    mo: Member,
    ben: Member,
    pam: Member,
    stan: Member,
    sign_in: SignIn,
) -> None:
    for reader in (mo, pam, stan):
        assert "cellar" in names(sign_in(reader))
        assert names(sign_in(reader), "q=cellar") == ["cellar"]
    for outsider in (None, ben):
        assert names(sign_in(outsider)) == ["Garden"]
        assert names(sign_in(outsider), "q=cellar") == []


def test_it_marks_private_boards(cellar: Board, mo: Member, sign_in: SignIn) -> None:
    assert b"private" in sign_in(mo).get("/boards/").content


def test_members_get_buttons_with_names_of_their_own(
    garden: Board, mo: Member, ben: Member, sign_in: SignIn
) -> None:
    page = sign_in(mo).get("/boards/").content.decode()
    assert 'Leave<span class="visually-hidden"> b/Garden</span>' in page
    page = sign_in(ben).get("/boards/").content.decode()
    assert 'Subscribe<span class="visually-hidden"> to b/Garden</span>' in page


def test_guests_get_no_cookie_and_no_token(garden: Board, client: Client) -> None:
    response = client.get("/boards/")
    assert not response.cookies
    assert b"csrfmiddlewaretoken" not in response.content


def test_its_queries_do_not_grow_with_the_boards(
    garden: Board, ben: Member, sign_in: SignIn, django_assert_max_num_queries: object
) -> None:
    client = sign_in(ben)
    for place in range(40):
        board = Board.objects.create(name=f"board_{place}", title="One of many")
        Subscription.objects.create(member=ben, board=board)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        client.get("/boards/")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_reads(client: Client, method: str) -> None:
    assert getattr(client, method)("/boards/").status_code == 405
