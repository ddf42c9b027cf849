"""The queues beside the cases: what was removed, appeals, requests to join, bans that end soon."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.actions import make_board
from boards.models import ApprovedMember, Ban, Board, Moderator
from boards.tests.cast import site_staff
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation import queue
from moderation.actions import content, people
from moderation.actions.appeals import appeal
from moderation.actions.log import By
from moderation.actions.requests import request_board, request_to_join
from moderation.models import Act, Appeal, BoardRequest, JoinRequest
from moderation.tests.test_desk import QUEUE, said
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db

SOON = timedelta(days=1)


@pytest.fixture
def desk(a: Board, mo: Member) -> Client:
    """The owner of the board a, and of the private board p."""
    return signed_in(mo)


def shown(client: Client, name: str, **query: Any) -> list[int]:
    page = client.get(QUEUE, {"queue": name} | query)
    assert page.status_code == 200
    return [int(pk) for pk in re.findall(r'data-card="(\d+)"', page.content.decode())]


def act(client: Client, name: str, deed: str, *rows: Any, **fields: Any) -> Any:
    chosen = {"queue": name, "action": deed, "_selected_action": [row.pk for row in rows]}
    chosen |= {"back": f"queue={name}"}
    return client.post(QUEUE, chosen | fields, follow=True)


def undo(client: Client, response: Any) -> None:
    button = re.search(r'name="undo" value="([^"]+)"', response.content.decode())
    assert button
    name = re.search(r'name="queue" value="(\w+)"', response.content.decode())
    assert name
    client.post(QUEUE, {"undo": button[1], "queue": name[1]})


# --- What was removed


@pytest.fixture
def removal(post: Post, amy: Member) -> Act:
    made = content.remove(post, By(amy), reason="No <i>shoes</i>.", note="Again.")
    assert made is not None
    return made


def test_what_was_removed_is_shown_with_its_reason(desk: Client, removal: Act) -> None:
    page = desk.get(QUEUE, {"queue": "removed"}).content.decode()
    for told in (
        "A first post",
        "<p>Its text.</p>",
        "No &lt;i&gt;shoes",
        "Again.",
        "amy",
        'by <a href="/u/ann/">ann</a>',
    ):
        assert told in page
    assert re.search(r'queue=removed" aria-current="page"><strong>1</strong>', page)


def test_it_is_restored_in_one_click(desk: Client, removal: Act, post: Post) -> None:
    assert shown(desk, "removed") == [removal.pk]
    desk.post(QUEUE, {"queue": "removed", "one": f"restore:{removal.pk}"})
    post.refresh_from_db()
    assert post.is_live
    assert shown(desk, "removed") == []
    answer = act(desk, "removed", "restore", removal)
    assert "Somebody decided this already." in said(answer)
    assert Act.objects.filter(undoes=removal).count() == 1


def test_what_was_shown_again_otherwise_is_no_longer_there(
    desk: Client, removal: Act, post: Post, mo: Member
) -> None:
    content.approve(post, By(mo))
    assert shown(desk, "removed") == []


# --- Appeals


@pytest.fixture
def appealed(a: Board, ann: Member, amy: Member, post: Post) -> Appeal:
    """Amy banned Ann, who wrote the post before."""
    until = timezone.now() + timedelta(days=30)
    made = people.ban(ann, a, By(amy), until=until, reason="Shoes.")
    return appeal(member=ann, act=made, text="I <b>sold</b> none.")


@pytest.mark.parametrize(
    ("deed", "state"), [("uphold", "upheld"), ("reduce", "reduced"), ("overturn", "overturned")]
)
def test_an_appeal_is_decided_in_two_clicks(
    desk: Client, appealed: Appeal, ann: Member, deed: str, state: str
) -> None:
    page = desk.get(QUEUE, {"queue": "appeals"}).content.decode()
    for told in ("I &lt;b&gt;sold&lt;/b&gt; none.", "Shoes.", "banned, amy"):
        assert told in page
    asked = desk.post(QUEUE, {"queue": "appeals", "one": f"{deed}:{appealed.pk}"})
    assert 'name="answer"' in asked.content.decode()
    assert appealed.pk in shown(desk, "appeals")
    act(desk, "appeals", deed, appealed, confirmed="1", days="3", answer="So it is.")
    appealed.refresh_from_db()
    assert (appealed.state, appealed.answer) == (state, "So it is.")
    bans = Ban.objects.filter(member=ann)
    assert bans.exists() == (deed != "overturn")
    if deed == "reduce":
        assert bans.get().until < timezone.now() + timedelta(days=4)
    assert shown(desk, "appeals") == []


def test_who_decides_reads_again_what_it_is_about(
    desk: Client, post: Post, ann: Member, amy: Member
) -> None:
    act = content.remove(post, By(amy), reason="Off topic.")
    assert act is not None
    made = appeal(member=ann, act=act, text="I <b>sold</b> none.")
    page = desk.post(QUEUE, {"queue": "appeals", "one": f"uphold:{made.pk}"}).content.decode()
    for told in ("removed, amy", "Off topic.", "I &lt;b&gt;sold&lt;/b&gt; none.", post.text):
        assert told in page


def test_who_acted_does_not_decide(appealed: Appeal, amy: Member) -> None:
    client = signed_in(amy)
    page = client.get(QUEUE, {"queue": "appeals"}).content.decode()
    assert "you acted" in page
    assert f"overturn:{appealed.pk}" not in page
    answer = act(client, "appeals", "overturn", appealed, confirmed="1")
    assert "you acted" in said(answer)
    appealed.refresh_from_db()
    assert appealed.state == "open"


def test_only_bans_and_mutes_are_reduced(
    desk: Client, post: Post, removal: Act, ann: Member
) -> None:
    made = appeal(member=ann, act=removal, text="Why?")
    page = desk.get(QUEUE, {"queue": "appeals"}).content.decode()
    assert f"overturn:{made.pk}" in page
    assert f"reduce:{made.pk}" not in page
    act(desk, "appeals", "reduce", made, confirmed="1", days="1")
    made.refresh_from_db()
    assert made.state == "open"


def test_appeals_are_seen_by_whom_the_act_could_be_of(
    appealed: Appeal, removal: Act, ann: Member, a: Board
) -> None:
    made = appeal(member=ann, act=removal, text="Why?")
    for power, seen in (("may_content", made), ("may_members", appealed)):
        member = Member.objects.create_user(power)
        powers = {name: name == power for name in ("may_content", "may_members")}
        Moderator.objects.create(board=a, member=member, **powers)
        assert shown(signed_in(member), "appeals") == [seen.pk]


# --- Requests


def test_who_asks_is_let_in_or_not(desk: Client, p: Board, ann: Member, ben: Member) -> None:
    for member in (ann, ben):
        request_to_join(member=member, name=p.name, text=f"I am {member} & more")
    first, second = JoinRequest.objects.order_by("created_at")
    page = desk.get(QUEUE, {"queue": "joins"}).content.decode()
    assert "I am ann &amp; more" in page
    desk.post(QUEUE, {"queue": "joins", "one": f"grant:{first.pk}"})
    act(desk, "joins", "refuse", second)
    assert ApprovedMember.objects.filter(board=p, member=ann).exists()
    assert not ApprovedMember.objects.filter(board=p, member=ben).exists()
    assert shown(desk, "joins") == []


def test_boards_are_given_away_by_the_staff_alone(
    desk: Client, a: Board, ben: Member, olga: Member
) -> None:
    Moderator.objects.filter(board=a).update(
        member=Member.objects.create_user("x", is_active=False)
    )
    request_board(member=ben, board=a)
    asked = BoardRequest.objects.get()
    mia = Member.objects.create_user("mia")
    make_board(maker=mia, name="mias", title="Mia's")
    client = signed_in(mia)
    assert client.get(QUEUE, {"queue": "boards"}).status_code == 403
    assert act(client, "boards", "grant", asked).status_code == 403
    act(signed_in(olga), "boards", "grant", asked)
    assert Moderator.objects.get(board=a, member=ben).is_owner


# --- Bans


@pytest.fixture
def ending(a: Board, ann: Member, mo: Member) -> Ban:
    people.ban(ann, a, By(mo), until=timezone.now() + SOON, reason="Shoes.", mute=True)
    return Ban.objects.get()


def test_a_ban_is_lifted_and_that_undone(desk: Client, ending: Ban, ann: Member) -> None:
    page = desk.get(QUEUE, {"queue": "bans"}).content.decode()
    assert "muted" in page
    assert "Shoes." in page
    answer = act(desk, "bans", "lift", ending)
    assert not Ban.objects.exists()
    undo(desk, answer)
    assert Ban.objects.get().is_mute
    assert "Somebody decided this already." in said(act(desk, "bans", "lift", ending))


@pytest.mark.parametrize(("days", "left"), [("7", 8), ("0", None)])
def test_a_ban_is_extended(desk: Client, ending: Ban, days: str, left: int | None) -> None:
    assert b'name="days"' in act(desk, "bans", "extend", ending).content
    answer = act(desk, "bans", "extend", ending, confirmed="1", days=days)
    ban = Ban.objects.get()
    assert ban.is_mute
    assert ban.reason == "Shoes."
    if left is None:
        assert ban.until is None
    else:
        assert ban.until is not None
        assert abs(ban.until - timezone.now() - timedelta(days=left)) < timedelta(minutes=1)
    undo(desk, answer)
    assert Ban.objects.get().until == ending.until


def test_bans_that_end_later_do_not_wait(desk: Client, ending: Ban) -> None:
    assert shown(desk, "bans") == [ending.pk]
    Ban.objects.update(until=timezone.now() + timedelta(days=5))
    assert shown(desk, "bans") == []
    answer = act(desk, "bans", "lift", ending)
    assert "Somebody decided this already." in said(answer)
    assert Ban.objects.exists()


def test_the_power_over_members_is_enough_for_bans(ending: Ban, a: Board) -> None:
    member = Member.objects.create_user("nina")
    Moderator.objects.create(board=a, member=member, may_content=False, may_members=True)
    client = signed_in(member)
    assert client.get(QUEUE).status_code == 403
    assert shown(client, "bans") == [ending.pk]
    act(client, "bans", "lift", ending)  # which the owner put on
    assert Ban.objects.exists()
    people.lift(ending.member, a, By())
    people.ban(ending.member, a, By(member), until=ending.until)
    (theirs,) = shown(client, "bans")
    answer = client.post(
        QUEUE, {"queue": "bans", "one": f"lift:{theirs}", "back": "queue=bans"}, follow=True
    )
    assert not Ban.objects.exists()
    undo(client, answer)
    assert Ban.objects.exists()


# --- Whose they are


def test_strangers_see_and_do_nothing(
    removal: Act, appealed: Appeal, p: Board, a: Board, ann: Member, ben: Member
) -> None:
    people.ban(ben, a, By(), until=timezone.now() + SOON)
    request_to_join(member=ann, name=p.name)
    rows = {
        ("removed", "restore"): removal,
        ("appeals", "overturn"): appealed,
        ("joins", "grant"): JoinRequest.objects.get(),
        ("bans", "lift"): Ban.objects.get(member=ben),
    }
    mia = Member.objects.create_user("mia")
    make_board(maker=mia, name="mias", title="Mia's")
    stan = site_staff("stan")
    before = Act.objects.count()
    for (name, deed), row in rows.items():
        client = signed_in(mia)
        assert shown(client, name, board=a.pk) == shown(client, name) == []
        assert "banned" not in said(act(client, name, deed, row, confirmed="1"))
        assert act(signed_in(stan), name, deed, row, confirmed="1").status_code == 403
    assert Act.objects.count() == before
    assert Ban.objects.count() == 2
    assert not ApprovedMember.objects.filter(member=ann).exists()
    assert Appeal.objects.get().state == "open"


def test_a_board_is_chosen(desk: Client, ending: Ban, a: Board, p: Board) -> None:
    assert shown(desk, "bans", board=a.pk) == [ending.pk]
    assert shown(desk, "bans", board=p.pk) == []


# --- However many there are


def fill(boards: list[Board], author: Member, count: int) -> None:
    """So many removed posts, appeals, requests and bans on each board; half the bans end soon."""
    now = timezone.now()
    for board in boards:
        posts = Post.objects.bulk_create(
            Post(board=board, author=author, title=f"T {n}", slug="t", removed_at=now)
            for n in range(count)
        )
        acts = Act.objects.bulk_create(
            Act(verb="remove", board=board, post=one, member=author, at=now - timedelta(minutes=n))
            for n, one in enumerate(posts)
        )
        names = [f"m{board.pk}x{Act.objects.count()}x{n}" for n in range(count)]
        members = Member.objects.bulk_create(Member(username=name, skeleton=name) for name in names)
        moments = [now - timedelta(minutes=n) for n in range(count)]
        Appeal.objects.bulk_create(
            Appeal(board=board, member=author, act=act, text="Why?", created_at=at)
            for act, at in zip(acts, moments, strict=True)
        )
        for model in (JoinRequest, BoardRequest):
            model.objects.bulk_create(
                model(board=board, member=member, created_at=at)
                for member, at in zip(members, moments, strict=True)
            )
        Ban.objects.bulk_create(
            Ban(board=board, member=member, until=now + SOON + timedelta(seconds=n))
            if n % 2
            else Ban(board=board, member=member)
            for n, member in enumerate(members)
        )


def test_its_pages_hold_each_once(desk: Client, a: Board, p: Board, ann: Member) -> None:
    fill([a, p], ann, 20)
    for name in ("removed", "joins"):
        found: list[int] = []
        query: dict[str, Any] = {}
        for _page in range(3):
            found += shown(desk, name, **query)
            more = desk.get(QUEUE, {"queue": name} | query).context["next"]
            if not more:
                break
            query = {"after": dict(parse_qsl(more))["after"]}
        assert len(found) == len(set(found)) == 40


def test_thousands_cost_what_a_page_does_and_are_read_by_index(
    desk: Client, a: Board, p: Board, ann: Member, mo: Member
) -> None:
    def costs(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(shown(desk, name)) == (queue.PAGE_SIZE if name != "boards" else 0)
        return len(queries)

    fill([a, p], ann, 60)
    theirs = set(queue.SOURCES) - {"boards"}
    few = {name: costs(name) for name in theirs}
    fill([a, p], ann, 5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert {name: costs(name) for name in theirs} == few
    for source in queue.SOURCES.values():
        assert_read_by_index(source, a, p)


def assert_read_by_index(source: Any, a: Board, p: Board) -> None:
    table = source.model._meta.db_table
    for boards in ({a.pk}, {a.pk, p.pk}, None):
        first = source.page(boards, Q(), "")
        assert len(first.rows) == queue.PAGE_SIZE
        for after in ("", first.after):
            reading = read_by(lambda boards=boards, after=after: source.page(boards, Q(), after))
            if "accounts_member" in reading.scans:  # which PostgreSQL prefers to 26 look-ups
                assert table not in reading.scans, reading.plans
            else:
                reading.assert_at_most(4 * queue.PAGE_SIZE, of=table)
