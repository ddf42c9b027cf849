"""No button is shown that would be refused: to moderators of a lower rank, and to the banned."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import reply
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content, people
from moderation.actions.log import By
from moderation.models import Act

pytestmark = pytest.mark.django_db


def page(member: Member, address: str) -> str:
    return signed_in(member).get(address, follow=True).content.decode()


def buttons(shown: str) -> set[str]:
    """The addresses that buttons of a page send to, and what they send along."""
    found = re.findall(r'formaction="([^"]+)"(?: name="(\w+)" value="(\w+)")?', shown)
    return {f"{address}?{name}={value}" if name else address for address, name, value in found}


def test_a_post_offers_what_the_moderator_may_take_back(
    post: Post, mo: Member, amy: Member
) -> None:
    """Mo owns the board, Amy moderates it."""
    content.set_locked(post, By(mo), locked=True)
    content.set_labels(post, By(mo), nsfw=True, spoiler=False)
    content.remove(post, By(mo))
    restore, unlock = f"{post.address}restore/", f"{post.address}lock/?locked=0"
    nsfw, spoiler = f"{post.address}label/?nsfw=0", f"{post.address}label/?spoiler=1"
    for address in (post.address, f"{post.address}reason/"):
        assert {restore, unlock} <= buttons(page(mo, address))
        assert not {restore, unlock} & buttons(page(amy, address))
    assert {nsfw, spoiler} <= buttons(page(mo, post.address))
    assert {nsfw, spoiler} & buttons(page(amy, post.address)) == {spoiler}
    client = signed_in(amy)
    for address, fields in ((restore, {}), (unlock.split("?")[0], {"locked": "0"})):
        assert client.post(address, fields).status_code == 403


def test_a_post_offers_what_another_of_the_same_rank_did(
    post: Post, second: Member, amy: Member
) -> None:
    content.set_locked(post, By(second), locked=True)
    content.remove(post, By(second))
    offered = {f"{post.address}restore/", f"{post.address}lock/?locked=0"}
    assert offered <= buttons(page(amy, post.address))
    assert signed_in(amy).post(f"{post.address}restore/").status_code == 302


def test_what_an_owner_took_back_and_another_did_again_counts_by_the_last(
    post: Post, mo: Member, amy: Member
) -> None:
    content.remove(post, By(mo))
    content.restore(post, By(mo))
    content.remove(post, By(amy))
    assert f"{post.address}restore/" in buttons(page(amy, post.address))


def test_each_comment_offers_what_the_moderator_may_take_back(
    post: Post, ann: Member, mo: Member, amy: Member
) -> None:
    by_owner, by_amy, live = (reply(author=ann, post=post, text=f"No {n}") for n in range(3))
    content.remove(by_owner, By(mo))
    content.remove(by_amy, By(amy))
    shown = buttons(page(amy, post.address))
    assert f"{by_owner.address}restore/" not in shown
    assert f"{by_amy.address}restore/" in shown
    assert f"{live.address}remove/" in shown
    assert {f"{by_owner.address}restore/", f"{by_amy.address}restore/"} <= buttons(
        page(mo, post.address)
    )


def test_it_costs_the_same_for_one_comment_and_for_many(
    post: Post, ann: Member, mo: Member, amy: Member
) -> None:
    client, counts = signed_in(amy), []
    for more in (1, 9):
        for _ in range(more):
            content.remove(reply(author=ann, post=post, text="No"), By(mo))
        client.get(post.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(post.get_absolute_url())
        assert len(captured) <= 20
        counts.append(sum('FROM "moderation_act"' in query["sql"] for query in captured))
    assert counts == [1, 1]


def test_a_ban_by_somebody_higher_offers_no_more_than_a_warning(
    post: Post, ann: Member, mo: Member, amy: Member
) -> None:
    people.ban(ann, post.board, By(mo))
    address = f"{post.address}ban/"
    offered = re.findall(r'name="deed"[^>]*value="(\w+)"', page(amy, address))
    assert offered == ["warn"]
    assert "ban_for" not in page(amy, address)
    assert "higher rank" in page(amy, address)
    client = signed_in(amy)
    for fields in ({"deed": "lift"}, {"deed": "ban", "days": "3"}, {"ban_for": "3"}):
        assert client.post(address, fields).status_code == 403
    assert client.post(address, {"deed": "warn", "reason": "Mind it."}).status_code == 302
    assert {"warn", "mute", "ban", "lift"} <= set(
        re.findall(r'name="deed"[^>]*value="(\w+)"', page(mo, address))
    )


# --- The banned


@pytest.mark.parametrize("mute", [False, True])
def test_who_is_banned_is_told_so_once_with_the_way_to_the_appeal(
    a: Board, post: Post, comment: Comment, ben: Member, mo: Member, mute: bool
) -> None:
    people.ban(ben, a, By(mo), mute=mute, reason="Spam all over")
    act = Act.objects.get(member=ben)
    said = "You are muted on this board" if mute else "You are banned from this board"
    for address in (a.get_absolute_url(), post.get_absolute_url(), comment.get_absolute_url()):
        shown = page(ben, address)
        assert shown.count(said) == 1
        assert "Spam all over" in shown
        assert f'href="/acts/{act.pk}/"' in shown
        assert ("/vote/" in shown) == mute
        assert "/reply/" not in shown
        assert 'class="score"' in shown
    assert "Appeal" in page(ben, f"/acts/{act.pk}/")


def test_others_see_buttons_and_no_line(a: Board, post: Post, ben: Member) -> None:
    for address in (a.get_absolute_url(), post.get_absolute_url()):
        shown = page(ben, address)
        assert "/vote/" in shown
        assert "banned from this board" not in shown
        assert "banned" not in Client().get(address).content.decode()


def test_a_ban_from_one_board_takes_no_buttons_of_another(
    a: Board, post: Post, mo: Member, ben: Member
) -> None:
    people.ban(ben, a, By(mo))
    assert f'formaction="{post.address}vote/"' in page(ben, "/?feed=all")


@pytest.mark.parametrize(
    ("author", "remover", "offered"),
    [
        (None, None, True),
        ("ben", None, True),
        ("mo", None, False),
        ("mo", "amy", False),
        ("mo", "mo", True),
    ],
)
def test_a_comment_of_whose_removal_the_log_knows_nothing(
    author: str | None,
    remover: str | None,
    offered: bool,
    comment: Comment,
    request: pytest.FixtureRequest,
) -> None:
    """An archive says that it was removed, but not by whom."""
    who = {name: request.getfixturevalue(name) for name in ("ben", "mo", "amy")}
    row = Comment.objects.filter(pk=comment.pk)
    row.update(
        author=who.get(author or ""),
        removed_at=comment.created_at,
        removed_by=who.get(remover or ""),
    )
    shown = signed_in(who["mo"]).get(comment.post.get_absolute_url())
    assert shown.status_code == 200
    assert (f"{comment.address}restore/" in shown.content.decode()) == offered
    answer = signed_in(who["mo"]).post(f"{comment.address}restore/")
    assert answer.status_code == (302 if offered else 403)
