"""What stands of a board beside its pages: one template, kept with blanks."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from boards.actions import appoint, approve, make_board, subscribe
from boards.models import Ban, Board, Moderator, Viewer
from boards.tests.cast import site_staff
from discussions.sidebar import sidebar

XSS = '"><svg onload=alert(1)><script>alert(1)</script>'
GUEST = AnonymousUser()


@pytest.fixture
def board(mo: Member) -> Board:
    return make_board(maker=mo, name="Garden", title="Green things")


def beside(board: Board, viewer: Viewer) -> str:
    page = sidebar(Board.objects.with_standing(viewer).get(pk=board.pk), viewer)
    return " ".join(page.split())


def test_it_tells_what_a_board_is(board: Board, ben: Member) -> None:
    plain = beside(board, ben)
    assert "<h2>Green things</h2>" in plain
    assert "<h2>Rules</h2>" not in plain
    assert 'class="text"' not in plain
    assert ">1 subscriber</span> · 0 posts</p>" in plain
    Board.objects.update(
        description_html="<p>All that <b>grows</b>.</p>",
        rules_html="<ol><li>Be kind.</li></ol>",
        subscriber_count=7,
        post_count=2,
        is_private=True,
        active_at=timezone.now() - timedelta(hours=3),
    )
    full = beside(board, ben)
    assert '<div class="text"><p>All that <b>grows</b>.</p></div>' in full
    assert '<h2>Rules</h2> <div class="text"><ol><li>Be kind.</li></ol></div>' in full
    assert "private</span> · " in full
    assert ">7 subscribers</span> · 2 posts · last post <time " in full
    assert "3 hours ago" in full


def test_it_names_the_moderators(board: Board, mo: Member) -> None:
    assert '<li><a href="/u/moe/">moe</a></li>' in beside(board, GUEST)
    Moderator.objects.all().delete()
    assert "Nobody yet" in beside(board, GUEST)


def test_it_offers_to_subscribe_and_to_leave(board: Board, ben: Member) -> None:
    offered = f'id="subscribe-{board.pk}"'
    assert offered in beside(board, GUEST)
    assert "formaction" not in beside(board, GUEST)
    assert 'formaction="/b/Garden/subscribe/"' in beside(board, ben)
    assert 'value="1">Subscribe' in beside(board, ben)
    subscribe(member=ben, board=board)
    assert 'value="0">Leave' in beside(board, ben)


def test_who_is_banned_or_muted_is_offered_no_form(board: Board, ben: Member) -> None:
    assert 'href="/b/Garden/submit/"' in beside(board, ben)
    ban = Ban.objects.create(board=board, member=ben, is_mute=True)
    assert "/submit/" not in beside(board, ben)
    ban.is_mute = False
    ban.save()
    assert "/submit/" not in beside(board, ben)


def test_what_the_makers_wrote_is_shown_without_its_payload(mo: Member, ben: Member) -> None:
    board = make_board(maker=mo, name="trap", title=XSS, description=XSS, rules=XSS)
    page = beside(board, ben)
    assert "&lt;svg" in page
    assert "<svg" not in page
    assert "<script" not in page


def test_it_asks_once_for_the_moderators(
    board: Board, ben: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(5):
        appoint(board=board, member=Member.objects.create_user(f"mod_{place}"), by=None)
    found = Board.objects.with_standing(ben).get(pk=board.pk)
    with django_assert_num_queries(1):
        page = sidebar(found, ben)
    assert "mod_4" in page
    with django_assert_num_queries(0):
        assert sidebar(found, ben) == page


def test_it_offers_moderators_their_pages(board: Board, mo: Member, ben: Member) -> None:
    approve(board=board, member=ben, by=mo)
    for viewer, offered in ((mo, True), (site_staff("stan"), True), (ben, False), (GUEST, False)):
        for page in ("edit", "members", "removed"):
            assert (f'href="/b/Garden/{page}/"' in beside(board, viewer)) == offered
