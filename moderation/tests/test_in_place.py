"""A moderator's button beside a text leaves them where they were."""

import pytest

from accounts.models import Member
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions.reports import report
from moderation.models import Act, Case

HOST = "http://testserver"


def test_without_htmx_one_comes_back_to_the_page_of_the_thread(
    post: Post, comment: Comment, mo: Member
) -> None:
    client, page = signed_in(mo), f"{post.get_absolute_url()}?sort=new"
    headers = {"Referer": f"{HOST}{page}"}
    for deed in ("remove", "restore", "approve", "spam"):
        answer = client.post(f"{comment.address}{deed}/", headers=headers)
        assert answer["Location"] == f"{page}#c{comment.pk}"
    act = Act.objects.latest("pk")
    undone = client.post(f"/acts/{act.pk}/undo/", headers=headers)
    assert undone["Location"] == f"{page}#c{comment.pk}"
    locked = client.post(f"{post.address}lock/", {"locked": "1"}, headers=headers)
    assert locked["Location"] == page


@pytest.mark.parametrize("deed", ["reason", "ban"])
def test_a_form_of_its_own_leads_back_as_well(
    post: Post, comment: Comment, mo: Member, deed: str
) -> None:
    client, page = signed_in(mo), f"{post.get_absolute_url()}?sort=new"
    back = f"{page}#c{comment.pk}"
    address = f"{comment.address}{deed}/"
    shown = client.get(address, headers={"Referer": f"{HOST}{page}"}).content.decode()
    assert f'<input type="hidden" form="deeds" name="next" value="{back}">' in shown
    sent = {"deed": "warn", "days": "3", "reason": "Rude.", "next": back}
    assert client.post(address, sent)["Location"] == back


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/b/board_a/1/x/",
        "//evil.example/",
        r"/\evil.example",
        "javascript:alert(1)",
        "/settings/",
        "/nowhere",
    ],
)
def test_one_is_led_nowhere_else(comment: Comment, mo: Member, foreign: str) -> None:
    client, own = signed_in(mo), f"{comment.get_absolute_url()}#c{comment.pk}"
    remove = f"{comment.address}remove/"
    for sent in ({"headers": {"Referer": foreign}}, {"data": {"next": foreign}}):
        assert client.post(remove, **sent)["Location"] == own
        assert client.post(f"{remove}?next={foreign}")["Location"] == own


def test_nor_into_another_thread(comment: Comment, secret: Post, mo: Member) -> None:
    answer = signed_in(mo).post(
        f"{comment.address}remove/", {"next": f"{secret.get_absolute_url()}#c1"}
    )
    assert answer["Location"] == f"{comment.get_absolute_url()}#c{comment.pk}"


def test_htmx_gets_what_differs_and_a_button_that_takes_it_back(
    post: Post, comment: Comment, mo: Member
) -> None:
    client, headers = signed_in(mo), {"HX-Request": "true"}
    answer = client.post(f"{comment.address}remove/", headers=headers)
    shown, act = answer.content.decode(), Act.objects.get()
    assert answer.status_code == 200
    assert answer["X-Say"] == "Removed."
    assert answer["X-Comments"] == "0%20comments"
    assert f'formaction="{comment.address}restore/" hx-post id="m{comment.pk}"' in shown
    assert f'formaction="/acts/{act.pk}/undo/" hx-post ' in shown
    assert "removed by a moderator" in shown
    assert f'hx-swap-oob="outerHTML:#c{comment.pk} > article > header > c-state"' in shown
    undone = client.post(f"/acts/{act.pk}/undo/", headers=headers).content.decode()
    assert f'formaction="{comment.address}remove/"' in undone
    assert "removed by a moderator" not in undone
    # Nothing is left to be said on the next page.
    assert "Removed." not in client.get(post.get_absolute_url()).content.decode()


def test_htmx_is_told_who_was_first(comment: Comment, mo: Member, second: Member) -> None:
    headers = {"HX-Request": "true"}
    signed_in(second).post(f"{comment.address}remove/")
    late = signed_in(mo).post(f"{comment.address}remove/", headers=headers)
    assert "second was here before" in late.content.decode()
    assert Act.objects.count() == 1


def test_an_approved_comment_has_no_report_any_more(
    comment: Comment, mo: Member, ben: Member
) -> None:
    report(reporter=ben, board=comment.post.board, target=comment, reason="Rude.")
    answer = signed_in(mo).post(f"{comment.address}approve/", headers={"HX-Request": "true"})
    shown = answer.content.decode()
    assert "approve/" not in shown
    assert "1 report" not in shown
    assert not Case.objects.open().exists()


def test_below_a_locked_comment_no_reply_is_offered(
    post: Post, comment: Comment, mo: Member
) -> None:
    client, headers = signed_in(mo), {"HX-Request": "true"}
    client.post(f"{comment.address}remove/")
    shown = client.post(f"{comment.address}restore/", headers=headers).content.decode()
    assert f'href="{comment.address}reply/"' in shown
    client.post(f"{post.address}lock/", {"locked": "1"})
    client.post(f"{comment.address}remove/")
    shown = client.post(f"{comment.address}restore/", headers=headers).content.decode()
    assert f'href="{comment.address}reply/"' not in shown
