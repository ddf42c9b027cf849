"""Deeds on what is not one's own (security.md, cases 12 to 14 and 18)."""

from collections.abc import Callable

import pytest

from accounts.models import Member
from boards.actions import make_board
from boards.models import Board
from discussions.actions.comments import delete_comment, reply
from discussions.actions.posts import delete_post, submit_post
from discussions.models import Comment, CommentVote, Post, PostVote
from moderation.actions.content import remove, set_locked
from moderation.actions.log import By
from moderation.actions.people import ban
from rboard.tests.security.browser import Browser, leads_to_own_site
from rboard.tests.security.database import unchanged
from rboard.tests.security.visitors import Places, Visitors

pytestmark = pytest.mark.django_db

STRANGERS = [
    "member",
    "approved",
    "moderator",
    "moderator of another board",
    "staff without a role",
    "staff",
    "superuser",
]


@pytest.mark.parametrize("visitor", STRANGERS)
@pytest.mark.parametrize("deed", ["edit", "delete"])
def test_nobody_changes_another_s_words(
    visitor: str, deed: str, visitors: Visitors, places: Places, post: Post, comment: Comment
) -> None:
    """Case 12, and no moderator edits either."""
    browser = Browser(visitors[visitor])
    browser.get("/appearance/")
    with unchanged():
        for written in (post, comment):
            path = f"{written.address}{deed}/"
            sent = browser.raw_form(path, {"title": "Mine now", "text": "Mine now"})
            assert sent.status_code in {403, 404}
            shown = browser.raw_form(path, {"title": "x", "text": "x", "preview": "1"})
            assert shown.status_code in {403, 404}
            assert browser.get(path).status_code in {403, 404, 405}


def test_a_guest_is_led_to_sign_in(places: Places, post: Post, comment: Comment) -> None:
    browser = Browser()
    with unchanged():
        for written in (post, comment):
            for deed in ("edit", "delete", "vote", "remove", "restore"):
                path = f"{written.address}{deed}/"
                response = browser.raw_form(path, {"value": "1"})
                assert response.status_code == 302
                assert response["Location"].startswith("/login/")
                assert leads_to_own_site(response["Location"])


@pytest.mark.parametrize("visitor", ["member", "author", "moderator of another board"])
def test_only_moderators_moderate(
    visitor: str, visitors: Visitors, places: Places, post: Post, comment: Comment
) -> None:
    browser = Browser(visitors[visitor])
    browser.get("/appearance/")
    board = {"title": "Mine", "description": "", "rules": "", "is_private": "on"}
    with unchanged():
        for path, fields in (
            (f"{post.address}remove/", {}),
            (f"{post.address}restore/", {}),
            (f"{post.address}lock/", {"locked": "1"}),
            (f"{comment.address}remove/", {}),
            (f"{comment.address}restore/", {}),
            ("/b/board_a/edit/", board),
            ("/b/board_a/members/appoint/", {"username": "ben"}),
            ("/b/board_a/members/step-down/", {}),
            ("/b/board_a/members/take-off/", {"username": "amy"}),
            ("/b/board_a/members/approve/", {"username": "ben"}),
            ("/b/board_a/members/dismiss/", {"username": "ben"}),
        ):
            assert browser.raw_form(path, fields).status_code in {403, 404}, path
        assert browser.get("/b/board_a/edit/").status_code == 403
        assert browser.get("/b/board_a/members/").status_code == 403


def test_a_moderator_s_power_ends_at_her_board(amy: Member, secret: Post, whisper: Comment) -> None:
    """Also when she names the other board's content below the address of her own."""
    browser = Browser(amy)
    browser.get("/appearance/")
    with unchanged():
        for board in ("board_a", "board_p"):
            for deed in ("remove", "restore", "lock", "vote", "reply", "edit", "delete"):
                fields = {"value": "1", "locked": "1", "text": "x"}
                for what in (secret.pk, f"{secret.pk}/c/{whisper.pk}"):
                    path = f"/b/{board}/{what}/{deed}/"
                    answer = browser.raw_form(path, fields)
                    assert answer.status_code == (405 if "c/" in path and deed == "reply" else 404)


def test_a_reply_goes_to_its_own_board_s_thread(
    ben: Member, post: Post, comment: Comment, secret: Post, whisper: Comment
) -> None:
    """Case 13: what is addressed below another board does not exist."""
    browser = Browser(ben)
    browser.get("/appearance/")
    with unchanged():
        for address in (
            f"/b/board_a/{secret.pk}/reply/",
            f"/b/board_p/{secret.pk}/reply/",
            f"/b/board_p/{post.pk}/reply/",
        ):
            for parent in ("", str(comment.pk), str(whisper.pk)):
                answer = browser.raw_form(address, {"text": "x", "parent": parent})
                assert answer.status_code == 404


def test_a_parent_is_a_comment_of_this_thread(
    ben: Member, a: Board, post: Post, comment: Comment, whisper: Comment
) -> None:
    """Case 13: 400, and the same answer whether the other comment is private or is none."""
    other_post = submit_post(author=ben, board=a, title="Another")
    other = reply(author=ben, post=other_post, text="Elsewhere.")
    browser = Browser(ben)
    browser.get("/appearance/")
    answers = set()
    with unchanged():
        for parent in (other.pk, whisper.pk, 999_999):
            for extra in ({}, {"preview": "1"}):
                fields = {"text": "x", "parent": str(parent)} | extra
                answer = browser.raw_form(f"{post.address}reply/", fields)
                assert answer.status_code == 400
                answers.add(answer.content.decode().partition("<main")[2])
    assert len(answers) == 1


def _locked(post: Post, comment: Comment, mo: Member) -> Comment | None:
    set_locked(post, By(mo), locked=True)
    return None


def _removed(post: Post, comment: Comment, mo: Member) -> Comment | None:
    remove(post, By(mo))
    return None


def _deleted(post: Post, comment: Comment, mo: Member) -> Comment | None:
    delete_post(author=post.author, post=post)
    return None


def _parent_removed(post: Post, comment: Comment, mo: Member) -> Comment | None:
    remove(comment, By(mo))
    return comment


def _parent_deleted(post: Post, comment: Comment, mo: Member) -> Comment | None:
    delete_comment(author=comment.author, comment=comment)
    return comment


def _locked_under_comment(post: Post, comment: Comment, mo: Member) -> Comment | None:
    set_locked(post, By(mo), locked=True)
    return comment


@pytest.mark.parametrize("visitor", ["member", "author", "moderator of the private board", "staff"])
@pytest.mark.parametrize(
    "close",
    [_locked, _removed, _deleted, _parent_removed, _parent_deleted, _locked_under_comment],
)
def test_what_is_closed_takes_no_reply(
    visitor: str,
    close: Callable[[Post, Comment, Member], Comment | None],
    visitors: Visitors,
    post: Post,
    comment: Comment,
    mo: Member,
) -> None:
    """Case 14, for whoever sends it; the text comes back."""
    parent = close(post, comment, mo)
    browser = Browser(visitors[visitor])
    browser.get("/appearance/")
    fields = {"text": "Nevertheless & so on", "parent": str(parent.pk) if parent else ""}
    with unchanged():
        answer = browser.raw_form(f"{post.address}reply/", fields)
        assert answer.status_code == 403
        if parent:
            assert browser.get(f"{parent.address}reply/").status_code == 403
    assert "Nevertheless &amp; so on" in answer.content.decode()


MASS = {
    "id": "77",
    "pk": "77",
    "author": "1",
    "author_id": "1",
    "board": "1",
    "pinned": "1",
    "score": "99",
    "ups": "99",
    "downs": "-99",
    "base_score": "99",
    "hot": "99",
    "best": "99",
    "comment_count": "99",
    "created_at": "2001-01-01",
    "edited_at": "2001-01-01",
    "deleted_at": "2001-01-01",
    "removed_at": "2001-01-01",
    "locked_at": "2001-01-01",
    "source_id": "t3_x",
    "html": "<script>",
    "slug": "c",
    "tree_id": "1",
    "lft": "5",
    "level": "3",
    "orphaned": "on",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "imported": "on",
    "groups": "1",
    "user_permissions": "1",
    "skeleton": "x",
    "bio_html": "<script>",
    "joined_at": "2001-01-01",
    "created_by": "1",
    "subscriber_count": "99",
    "post_count": "99",
    "description_html": "<script>",
    "rules_html": "<script>",
    "moderators": "1",
}


def columns(row: Post | Comment | Member | Board, *but: str) -> dict[str, object]:
    """All columns of a row but its id, its moments and what must differ."""
    moments = {"created_at", "active_at", "joined_at", "last_login", "hot"}
    names = [field.attname for field in row._meta.concrete_fields]
    return {n: getattr(row, n) for n in names if n not in {"id", "tree_id", *moments, *but}}


def test_a_post_takes_its_form_s_fields_alone(a: Board, ben: Member) -> None:
    """Case 18: what the form does not have is as if it had not been sent."""
    browser = Browser(ben)
    browser.raw_form("/b/board_a/submit/", {"title": "Same", "text": "Same"})
    browser.raw_form("/b/board_a/submit/", MASS | {"title": "Same", "text": "Same"})
    plain, greedy = Post.objects.order_by("pk")
    assert columns(greedy) == columns(plain)
    assert greedy.pk == plain.pk + 1
    assert (greedy.created_at - plain.created_at).total_seconds() < 60
    browser.raw_form(f"{plain.address}edit/", {"title": "New", "text": "New"})
    browser.raw_form(f"{greedy.address}edit/", MASS | {"title": "New", "text": "New"})
    plain, greedy = Post.objects.order_by("pk")
    assert columns(greedy, "edited_at") == columns(plain, "edited_at")
    assert PostVote.objects.count() == 2


def test_a_comment_takes_its_form_s_fields_alone(post: Post, ben: Member) -> None:
    browser = Browser(ben)
    browser.raw_form(f"{post.address}reply/", {"text": "Same"})
    browser.raw_form(f"{post.address}reply/", MASS | {"text": "Same"})
    plain, greedy = Comment.objects.order_by("pk")
    assert columns(greedy) == columns(plain)
    assert greedy.tree_id == greedy.pk == plain.pk + 1
    browser.raw_form(f"{greedy.address}edit/", MASS | {"text": "New"})
    greedy.refresh_from_db()
    assert columns(greedy, "text", "html", "edited_at") == columns(
        plain, "text", "html", "edited_at"
    )
    assert CommentVote.objects.count() == 2


def test_an_account_takes_its_form_s_fields_alone(db: None) -> None:
    password = {"password1": "a long password", "password2": "a long password"}
    Browser().raw_form("/register/", {"username": "first"} | password)
    browser = Browser()
    browser.raw_form("/register/", MASS | {"username": "second"} | password)
    plain, greedy = Member.objects.order_by("pk")
    assert columns(greedy, "username", "skeleton", "password") == columns(
        plain, "username", "skeleton", "password"
    )
    assert not greedy.is_staff
    assert not greedy.is_superuser
    browser.raw_form("/settings/", MASS | {"username": "operator", "bio": "x", "email": ""})
    greedy.refresh_from_db()
    assert (greedy.username, greedy.is_staff, greedy.bio_html) == ("second", False, "<p>x</p>")
    assert not greedy.groups.exists()


def test_a_board_takes_its_form_s_fields_alone(ben: Member, mia: Member) -> None:
    fields = {"title": "Same", "description": "", "rules": ""}
    browser = Browser(ben)
    browser.raw_form("/boards/new/", fields | {"name": "first"})
    browser.raw_form("/boards/new/", MASS | fields | {"name": "second"})
    plain, greedy = Board.objects.filter(created_by=ben).order_by("pk")
    assert columns(greedy, "name") == columns(plain, "name")
    edited = MASS | fields | {"name": "third", "created_by": str(mia.pk)}
    assert browser.raw_form("/b/second/edit/", edited).status_code == 302
    greedy.refresh_from_db()
    assert columns(greedy, "name") == columns(plain, "name")
    assert greedy.name == "second"


def test_a_vote_is_one_s_own(post: Post, ben: Member, amy: Member) -> None:
    fields = {"value": "1", "voter": str(amy.pk), "target": "1", "weight": "50"}
    assert Browser(ben).raw_form(f"{post.address}vote/", fields).status_code == 302
    assert PostVote.objects.get(value=1, voter=ben).target == post
    assert not PostVote.objects.filter(voter=amy).exists()


def test_nobody_reads_another_s_letters(ann: Member, ben: Member, post: Post) -> None:
    reply(author=ben, post=post, text="For ann alone.")
    letter = ann.letters.get()
    browser = Browser(ben)
    browser.get("/appearance/")
    with unchanged():
        answer = browser.raw_form(f"/inbox/{letter.pk}/read/", {})
        assert answer.status_code == 404
        assert browser.raw_form("/inbox/999999/read/", {}).status_code == 404
    assert browser.raw_form("/inbox/read/", {}).status_code == 302
    letter.refresh_from_db()
    assert letter.read_at is None


def test_who_is_deactivated_is_a_guest_at_once(p: Board, ben: Member, post: Post) -> None:
    """Case 15: a live session is of no use."""
    board = make_board(maker=ben, name="bens_own", title="Ben's own", is_private=True)
    browser = Browser(ben)
    assert browser.get(board.get_absolute_url()).status_code == 200
    Member.objects.filter(pk=ben.pk).update(is_active=False)
    assert browser.get(board.get_absolute_url()).status_code == 404
    for path, fields in (
        (f"{post.address}reply/", {"text": "x"}),
        (f"{post.address}vote/", {"value": "1"}),
        ("/b/board_a/submit/", {"title": "x"}),
    ):
        assert browser.raw_form(path, fields).status_code in {302, 403}
    assert Comment.objects.count() == 0
    assert Post.objects.count() == 1
    post.refresh_from_db()
    assert post.score == 1


@pytest.mark.parametrize("private", [False, True])
def test_who_is_banned_takes_no_part_from_the_next_request_on(
    p: Board, post: Post, secret: Post, pam: Member, mo: Member, *, private: bool
) -> None:
    """Case 15, with a session and a page from before."""
    target = secret if private else post
    other = reply(author=mo, post=target, text="By another.")
    browser = Browser(pam)
    assert browser.get(target.get_absolute_url()).status_code == 200
    before = browser.get(f"/b/{target.board}/submit/").status_code
    assert before == 200
    ban(pam, target.board, By(mo))
    refused = {404} if private else {403}
    with unchanged("django_session", "discussions_visit"):
        for path, fields in (
            (f"{target.address}reply/", {"text": "x"}),
            (f"{target.address}reply/", {"text": "x", "parent": str(other.pk)}),
            (f"{target.address}vote/", {"value": "1"}),
            (f"{other.address}vote/", {"value": "-1"}),
            (f"/b/{target.board}/submit/", {"title": "x", "text": "x"}),
        ):
            assert browser.raw_form(path, fields).status_code in refused, path
        reads = browser.get(target.get_absolute_url()).status_code
        assert reads == (404 if private else 200)
        for page in ("", "about/", "modlog/"):
            read = browser.get(f"/b/{target.board}/{page}").status_code
            assert read == (404 if private else 200)


def test_a_form_s_key_opens_nothing_of_another_kind(
    ann: Member, pam: Member, post: Post, p: Board
) -> None:
    """A key used for a comment must not lead to the post of the same number, a private one."""
    key = "11111111-1111-4111-8111-111111111111"
    browser = Browser(ann)
    assert browser.raw_form(f"{post.address}reply/", {"text": "x", "once": key}).status_code == 302
    number = Comment.objects.get(author=ann, text="x").pk
    if number == post.pk:
        post.delete()
    hidden = submit_post(author=pam, board=p, title="hush title")
    Post.objects.filter(pk=number).delete()
    hidden.pk = number
    hidden.save(force_insert=True)
    answer = browser.raw_form("/b/board_a/submit/", {"title": "Mine", "once": key})
    assert answer.status_code < 500
    assert "hush" not in answer.get("Location", "")
    assert answer.status_code in {400, 409, 422} or answer["Location"].endswith("/mine/")
