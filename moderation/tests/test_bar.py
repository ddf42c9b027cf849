"""The way to the desk in the bar of every page, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.models import Board, Moderator
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content, people
from moderation.actions.appeals import appeal
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.requests import request_to_join
from moderation.context_processors import _waiting
from moderation.models import BoardRequest, Case
from moderation.tests.test_desk import fill
from paging.tests.lasting import analyze
from paging.tests.plans import read_by

pytestmark = pytest.mark.django_db


def links(client: Client, address: str = "/boards/") -> list[tuple[str, str]]:
    """Where they lead and how many wait, in the bar and in the menu of a phone."""
    page = client.get(address).content.decode()
    found = re.findall(r'<a[^>]* href="([^"]*)">Desk(?: \((\d+\+?)\)<span[^<]*</span>)?</a>', page)
    assert ("Desk" in page) == bool(found)
    return found


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_it_counts_what_waits_on_all_their_boards(
    a: Board, p: Board, mo: Member, amy: Member, ann: Member, ben: Member, post: Post
) -> None:
    client, way = signed_in(mo), "/admin/moderation/case/"
    assert links(client) == [(way, "")] * 2
    report(reporter=ben, board=a, target=post, reason="Rude")
    request_to_join(member=ben, name=p.name, text="Please.")
    assert links(client) == [(way, "2")] * 2
    until = timezone.now() + timedelta(days=1)
    appeal(member=ann, act=people.ban(ann, a, By(amy), until=until), text="Why?")
    assert links(client) == [(way, "3")] * 2
    assert links(signed_in(amy)) == [(way, "1")] * 2, "who acted does not decide"
    assert client.get(way).status_code == 200


def test_what_is_about_oneself_or_passed_on_is_not_counted(
    a: Board, mo: Member, amy: Member, ben: Member, post: Post
) -> None:
    report(reporter=ben, board=a, target=amy, reason="Rude")
    report(reporter=ben, board=a, target=post, reason="Rude")
    assert links(signed_in(amy))[0][1] == "1"
    Case.objects.update(for_staff=True)
    assert links(signed_in(mo))[0][1] == ""


def test_it_is_for_those_who_moderate(a: Board, mo: Member, ann: Member, una: Member) -> None:
    for client in (Client(), signed_in(ann), signed_in(una)):
        assert links(client) == []
    Moderator.objects.create(board=a, member=ann, may_content=False)
    way = "/admin/"
    assert links(signed_in(ann)) == [(way, "")] * 2
    assert signed_in(ann).get(way).status_code == 200
    people.ban(ann, a, By(), until=timezone.now() + timedelta(days=1))
    assert links(signed_in(ann)) == []


def test_it_costs_members_nothing_and_moderators_one_query(
    a: Board, mo: Member, ann: Member, ben: Member
) -> None:
    board = Board.objects.get(pk=a.pk)
    fill(board, ann, 0, 150)
    for address in ("/boards/", "/b/board_a/"):
        member = signed_in(ben)
        with CaptureQueriesContext(connection) as captured:
            member.get(address)
        asked = [one["sql"] for one in captured if "moderation_case" in one["sql"]]
        assert asked == []
        letters = [one["sql"] for one in captured if "inbox_letter" in one["sql"]]
        assert len(letters) == 1
    few = queries(signed_in(mo), "/boards/")
    assert few == queries(signed_in(ben), "/boards/") + 1 <= 12
    assert links(signed_in(mo))[0][1] == "99+"
    fill(board, ann, 150, 5_000)
    analyze()
    assert queries(signed_in(mo), "/boards/") == few
    theirs = [board.pk]
    reading = read_by(
        lambda: _waiting.rows(False, False, False, texts=theirs, people=theirs, member=mo.pk)
    )
    assert reading.rows <= 200, reading.plans
    assert reading.steps <= 20_000, reading.plans


def test_staff_have_it_with_what_waits_for_them(
    a: Board, mo: Member, olga: Member, ben: Member, post: Post
) -> None:
    way = "/admin/moderation/case/"
    client = signed_in(olga)
    assert links(client) == [(way, "")] * 2
    report(reporter=ben, board=a, target=post, reason="Rude")
    assert links(client)[0][1] == "", "it waits for the moderators"
    BoardRequest.objects.create(board=a, member=ben)
    assert links(client) == [(f"{way}?queue=boards", "1")] * 2
    assert "ben → b/board_a" in client.get(f"{way}?queue=boards").content.decode()
    Case.objects.update(for_staff=True)
    assert links(client) == [(f"{way}?queue=staff", "2")] * 2
    assert queries(client, "/boards/") <= queries(signed_in(ben), "/boards/") + 1


def test_staff_without_the_desk_of_boards_are_led_to_the_admin(stan: Member) -> None:
    assert links(signed_in(stan)) == [("/admin/", "")] * 2
    assert signed_in(stan).get("/admin/").status_code == 200


def test_it_opens_the_first_queue_that_is_not_empty(
    a: Board, p: Board, mo: Member, ben: Member, post: Post
) -> None:
    client, way = signed_in(mo), "/admin/moderation/case/"
    request_to_join(member=ben, name=p.name, text="Please.")
    assert links(client) == [(f"{way}?queue=joins", "1")] * 2
    content.hold(post, By(mo), reason="x")
    assert links(client) == [(f"{way}?queue=held", "2")] * 2
    report(reporter=ben, board=p, target=Member.objects.create_user("zoe"), reason="Rude")
    assert links(client) == [(way, "3")] * 2


def test_a_removed_comment_that_is_appealed_waits(
    a: Board, mo: Member, amy: Member, ann: Member, comment: Comment
) -> None:
    act = content.remove(comment, By(amy))
    assert act is not None
    appeal(member=ann, act=act, text="Why?")
    assert links(signed_in(mo))[0][1] == "1"


def test_the_staff_pay_no_more_however_much_waits(a: Board, olga: Member, ann: Member) -> None:
    fill(a, ann, 0, 2_000)
    Case.objects.update(for_staff=True)
    analyze()
    none: list[int] = []
    reading = read_by(
        lambda: _waiting.rows(True, True, True, texts=none, people=none, member=olga.pk)
    )
    assert reading.rows <= 200, reading.plans
    assert reading.steps <= 20_000, reading.plans
    assert links(signed_in(olga))[0] == ("/admin/moderation/case/?queue=staff", "99+")


def test_the_board_s_page_and_the_bar_and_the_queue_count_the_same(
    a: Board, post: Post, ben: Member, mo: Member, amy: Member
) -> None:
    for target in (post, amy, submit_post(author=amy, board=a, title="Mine")):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    for member, count in ((mo, 3), (amy, 1)):
        client = signed_in(member)
        assert links(client)[0][1] == str(count)
        assert f"Review queue ({count})" in client.get("/b/board_a/").content.decode()
        assert client.get("/admin/moderation/case/").content.decode().count("<article") == count
