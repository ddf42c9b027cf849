"""On the site, too, the second moderator is told that somebody was there before."""

import pytest

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import content
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Case


@pytest.mark.parametrize("deed", ["approve", "reason", "remove", "spam"])
def test_what_another_removed_stays_removed(
    deed: str, a: Board, post: Post, mo: Member, second: Member
) -> None:
    content.remove(post, By(mo), reason="Off topic.")
    page = signed_in(second).post(f"{post.address}{deed}/", {"reason": "Rude."}, follow=True)
    assert "moe was here before: removed." in page.content.decode()
    assert ("Your reason was not sent." in page.content.decode()) == (deed == "reason")
    post.refresh_from_db()
    assert post.removed_by == mo
    assert Act.objects.count() == Letter.objects.count() == 1


def test_what_is_held_is_approved(post: Post, mo: Member) -> None:
    content.hold(post, By(source=Act.Source.RULE, rule="Shoes"))
    for _twice in range(2):
        page = signed_in(mo).post(f"{post.address}approve/", follow=True)
        assert "Approved." in page.content.decode()
    post.refresh_from_db()
    assert post.is_live
    assert Act.objects.filter(verb="approve").count() == 1


def test_a_form_sent_twice_is_no_second_moderator(post: Post, mo: Member) -> None:
    for _twice in range(2):
        page = signed_in(mo).post(f"{post.address}reason/", {"reason": "Rude."}, follow=True)
        assert "its author is told why" in page.content.decode()
    page = signed_in(mo).post(f"{post.address}reason/", {"reason": "Another."}, follow=True)
    assert "Your reason was not sent." in page.content.decode()
    assert Act.objects.count() == 1


@pytest.mark.parametrize("of", ["post", "comment"])
@pytest.mark.parametrize("deed", ["reason", "remove", "spam"])
def test_what_another_approved_meanwhile_stays(
    deed: str, of: str, post: Post, comment: Comment, mo: Member, second: Member
) -> None:
    """The page was made while the text was reported, and says so in its buttons."""
    text = post if of == "post" else comment
    report(reporter=pal(), board=post.board, target=text, reason="Rude.")
    client, address = signed_in(second), f"{text.address}{deed}/?reported"
    page = client.get(post.get_absolute_url()).content.decode()
    on_page = "reason" if (deed, of) == ("spam", "comment") else deed
    assert f"{text.address}{on_page}/?reported" in page
    content.approve(text, By(mo), case=Case.objects.get())
    page = client.post(address, {"reason": "Rude."}, follow=True).content.decode()
    assert "moe was here before: approved." in page
    assert ("Your reason was not sent." in page) == (deed == "reason")
    text.refresh_from_db()
    assert text.is_live
    assert [act.verb for act in Act.objects.all()] == ["approve"]
    # A page of now speaks of no report, and who approved it may remove it still.
    client.post(f"{text.address}{deed}/", {"reason": "Rude."})
    text.refresh_from_db()
    assert text.removed_by == second


def test_who_approved_it_themselves_may_remove_it(post: Post, mo: Member) -> None:
    report(reporter=pal(), board=post.board, target=post, reason="Rude.")
    content.approve(post, By(mo), case=Case.objects.get())
    signed_in(mo).post(f"{post.address}remove/?reported")
    post.refresh_from_db()
    assert post.removed_by == mo


def pal() -> Member:
    """Somebody who reports, and wrote nothing."""
    return Member.objects.create_user("pal")
