"""actions.votes.vote and the addresses that call it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Member
from discussions.actions.comments import delete_comment
from discussions.actions.votes import vote
from discussions.models import Comment, CommentVote, Post, PostVote
from discussions.tests.conftest import signed_in
from moderation.actions.content import remove, set_locked
from moderation.actions.log import By


def counts(target: Post | Comment) -> tuple[int, int, int]:
    target.refresh_from_db()
    return target.ups, target.downs, target.score


def test_a_vote_says_what_it_shall_be(post: Post, ben: Member) -> None:
    for value, expected in [
        (1, (2, 0, 2)),
        (1, (2, 0, 2)),
        (-1, (1, 1, 0)),
        (-1, (1, 1, 0)),
        (0, (1, 0, 1)),
        (0, (1, 0, 1)),
        (-1, (1, 1, 0)),
    ]:
        vote(voter=ben, target=post, value=value)
        assert counts(post) == expected
    assert PostVote.objects.filter(voter=ben).count() == 1


def test_it_moves_the_ranks(post: Post, comment: Comment, ben: Member, mo: Member) -> None:
    hot, best = post.hot, comment.best
    vote(voter=ben, target=post, value=1)
    vote(voter=mo, target=post, value=1)
    vote(voter=ben, target=comment, value=-1)
    post.refresh_from_db()
    comment.refresh_from_db()
    assert post.hot > hot
    assert comment.best < best
    assert comment.controversy > 0


def test_nobody_votes_on_their_own(post: Post, comment: Comment, ann: Member) -> None:
    for target in (post, comment):
        with pytest.raises(PermissionDenied):
            vote(voter=ann, target=target, value=0)
        assert counts(target) == (1, 0, 1)


def test_tombstones_take_no_votes(post: Post, comment: Comment, ann: Member, ben: Member) -> None:
    delete_comment(author=ann, comment=comment)
    with pytest.raises(PermissionDenied, match="gone"):
        vote(voter=ben, target=comment, value=1)
    assert not CommentVote.objects.filter(voter=ben).exists()


def test_a_removed_post_takes_no_votes(post: Post, ben: Member, mo: Member) -> None:
    remove(post, By(mo))
    with pytest.raises(PermissionDenied, match="gone"):
        vote(voter=ben, target=post, value=1)


def test_a_locked_thread_still_takes_votes(post: Post, ben: Member, mo: Member) -> None:
    set_locked(post, By(mo), locked=True)
    vote(voter=ben, target=post, value=1)
    assert counts(post) == (2, 0, 2)


def test_without_htmx_it_leads_back(post: Post, ben: Member) -> None:
    page = f"http://testserver{post.board.get_absolute_url()}?sort=new"
    answer = signed_in(ben).post(f"{post.address}vote/", {"value": 1}, headers={"referer": page})
    assert answer.status_code == 302
    assert answer["Location"] == f"/b/board_a/?sort=new#p{post.pk}"
    assert counts(post)[0] == 2


def test_it_never_leads_to_another_site(post: Post, ben: Member) -> None:
    client = signed_in(ben)
    for page in ("https://evil.example/page", "http://testserver//evil.example/x"):
        answer = client.post(f"{post.address}vote/", {"value": 1}, headers={"referer": page})
        assert answer["Location"] == f"/#p{post.pk}"


def test_with_htmx_it_answers_with_the_buttons(comment: Comment, ben: Member) -> None:
    answer = signed_in(ben).post(
        f"{comment.address}vote/", {"value": -1}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<html" not in html
    assert html.count('aria-pressed="true"') == 1
    assert 'value="0"' in html


@pytest.mark.parametrize("value", ["2", "", "x", "-2", "1.5"])
def test_it_refuses_other_values(post: Post, ben: Member, value: str) -> None:
    assert signed_in(ben).post(f"{post.address}vote/", {"value": value}).status_code == 400
    assert counts(post) == (1, 0, 1)


@pytest.mark.parametrize("method", ["get", "head"])
def test_it_takes_post_alone(post: Post, ben: Member, method: str) -> None:
    assert getattr(signed_in(ben), method)(f"{post.address}vote/").status_code == 405


def test_an_address_asked_in_the_wrong_way_answers_with_a_page(
    post: Post, comment: Comment, ben: Member
) -> None:
    client = signed_in(ben)
    for answer in (client.get(f"{post.address}vote/"), client.post(f"{comment.address}reply/")):
        assert answer.status_code == 405
        assert b"</html>" in answer.content
        assert answer["Content-Length"] == str(len(answer.content))


def test_guests_are_led_to_sign_in_and_back(post: Post) -> None:
    page = f"http://testserver{post.get_absolute_url()}"
    headers = {"referer": page}
    answer = Client().post(f"{post.address}vote/", {"value": 1}, headers=headers)
    assert answer["Location"] == f"/login/?next={post.get_absolute_url()}"
    answer = Client().post(
        f"{post.address}vote/", {"value": 1}, headers=headers | {"hx-request": "true"}
    )
    assert answer["HX-Redirect"] == f"/login/?next={post.get_absolute_url()}"
