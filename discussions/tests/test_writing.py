"""The forms: submitting, replying, editing, deleting, previewing."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.test import Client

from accounts.models import Member
from boards.models import Board
from boards.tests.cast import site_staff
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.forms import PostForm, writing
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions.content import remove, set_locked
from moderation.actions.log import By

HTMX = {"hx-request": "true"}


def test_submitting_leads_to_the_post(a: Board, ben: Member) -> None:
    answer = signed_in(ben).post("/b/board_a/submit/", {"title": " One ", "text": "**bold**"})
    post = Post.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, post.get_absolute_url())
    assert (post.title, post.author, post.board) == ("One", ben, a)
    assert "<strong>bold</strong>" in post.html


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 301}, "title", "300"),
        ({"title": "x", "text": "x" * 40_001}, "text", "40000"),
        ({"title": "x", "url": "javascript:alert(1)"}, "url", "http"),
        ({"title": "x", "url": "ftp://example.org/"}, "url", "http"),
        ({"title": "x", "url": "example"}, "url", "http"),
        ({"title": "x", "url": "https://example.org/" + "x" * 2000}, "url", "2000"),
        ({"title": "x", "text": ">" * 10_000}, "text", ""),
    ],
)
def test_bad_input_comes_back_with_what_was_typed(
    a: Board, ben: Member, data: dict[str, str], field: str, words: str
) -> None:
    data = {"text": "what I typed"} | data
    answer = signed_in(ben).post("/b/board_a/submit/", data)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert data["text"][:50] in answer.content.decode().replace("&gt;", ">")
    assert not Post.objects.exists()


def test_a_link_posted_lately_is_pointed_out(a: Board, ann: Member, ben: Member) -> None:
    before = submit_post(author=ann, board=a, title="Before", url="https://example.org/x")
    client = signed_in(ben)
    data = {"title": "Again", "url": "https://example.org/x/"}
    answer = client.post("/b/board_a/submit/", data)
    assert answer.status_code == 422
    assert before.get_absolute_url() in answer.content.decode()
    assert 'name="again"' in answer.content.decode()
    assert client.post("/b/board_a/submit/", data | {"again": "on"}).status_code == 302
    assert Post.objects.count() == 2


def test_a_link_sent_twice_is_one_post_though_the_first_comes_while_the_second_is_judged(
    a: Board, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is written right behind the first question that is asked of the second."""
    data = {"title": "Once", "url": "https://example.org/x", "once": str(uuid4())}
    asked = {"lately": PostForm._lately_posted, "taken": writing.was_taken}
    questions: list[str] = []

    def ask(question: str, *args: Any) -> Any:
        answer = asked[question](*args)
        questions.append(question)
        if len(questions) == 1:
            assert signed_in(ben).post("/b/board_a/submit/", data).status_code == 302
        return answer

    monkeypatch.setattr(PostForm, "_lately_posted", lambda *args: ask("lately", *args))
    monkeypatch.setattr(writing, "was_taken", lambda *args: ask("taken", *args))
    answer = signed_in(ben).post("/b/board_a/submit/", data)
    assert (answer.status_code, answer["Location"]) == (302, Post.objects.get().get_absolute_url())


def test_the_same_link_elsewhere_is_no_matter(a: Board, p: Board, pam: Member) -> None:
    submit_post(author=pam, board=p, title="Secret", url="https://example.org/x")
    answer = signed_in(pam).post(
        "/b/board_a/submit/", {"title": "Open", "url": "https://example.org/x"}
    )
    assert answer.status_code == 302


def test_a_preview_writes_nothing(post: Post, ben: Member) -> None:
    client = signed_in(ben)
    data = {"title": "T", "text": "*soft*", "preview": "1"}
    for address in ("/b/board_a/submit/", f"{post.address}reply/"):
        answer = client.post(address, data)
        assert answer.status_code == 200
        assert "<em>soft</em>" in answer.content.decode()
        assert "*soft*" in answer.content.decode()
        fragment = client.post(address, data, headers=HTMX).content.decode()
        assert "<em>soft</em>" in fragment
        assert "<html" not in fragment
    assert (Post.objects.count(), Comment.objects.count()) == (1, 0)


def test_replying_leads_to_the_comment(post: Post, comment: Comment, ben: Member) -> None:
    answer = signed_in(ben).post(f"{post.address}reply/", {"text": "hello", "parent": comment.pk})
    written = Comment.objects.get(text="hello")
    assert written.parent == comment
    assert answer["Location"] == f"{written.get_absolute_url()}#c{written.pk}"


def test_with_htmx_a_reply_answers_with_the_comment(post: Post, ben: Member) -> None:
    answer = signed_in(ben).post(f"{post.address}reply/", {"text": "hello"}, headers=HTMX)
    html = answer.content.decode()
    written = Comment.objects.get()
    assert answer.status_code == 200
    assert f'id="c{written.pk}"' in html
    assert "<textarea" in html  # a fresh composer
    assert "<html" not in html


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 10_001])
def test_a_bad_reply_comes_back(post: Post, ben: Member, text: str) -> None:
    for headers in ({}, HTMX):
        answer = signed_in(ben).post(f"{post.address}reply/", {"text": text}, headers=headers)
        assert answer.status_code == 422
        assert "is-invalid" in answer.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_only_who_reads_the_board_replies(
    secret: Post, ben: Member, pam: Member, mo: Member, headers: dict[str, str]
) -> None:
    stan = site_staff("stan")
    anne = Member.objects.create_user("anne")
    said = dict.fromkeys((anne, ben), 404) | dict.fromkeys((pam, mo, stan), 200 if headers else 302)
    for member, status in said.items():
        answer = signed_in(member).post(
            f"{secret.address}reply/", {"text": "hello"}, headers=headers
        )
        assert answer.status_code == status, member
    assert {comment.author for comment in Comment.objects.all()} == {pam, mo, stan}


def test_a_reply_finds_its_post_by_board_and_number(post: Post, secret: Post, ben: Member) -> None:
    client = signed_in(ben)
    astray = (f"/b/board_p/{post.pk}/", f"/b/board_a/{secret.pk}/", f"/b/a%00/{post.pk}/")
    for address in (*astray, f"/b/board_a/{10**18}/"):
        assert client.post(f"{address}reply/", {"text": "hello"}).status_code == 404
    assert client.post(f"/b/BOARD_A/{post.pk}/reply/", {"text": "hello"}).status_code == 302


@pytest.mark.parametrize(("below", "most"), [(True, 15), (False, 12)])
def test_a_reply_takes_few_queries(
    post: Post,
    comment: Comment,
    ben: Member,
    below: bool,
    most: int,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(ben)
    fields = {"text": "hello", "once": str(uuid4())} | ({"parent": comment.pk} if below else {})
    with django_assert_max_num_queries(most + 2):  # with two around the transaction
        assert client.post(f"{post.address}reply/", fields).status_code == 302


def test_the_parent_must_be_of_this_thread(
    post: Post, secret: Post, comment: Comment, pam: Member
) -> None:
    client = signed_in(pam)
    for parent in (comment.pk, 10**15, -1, "x", "9" * 40):
        answer = client.post(f"{secret.address}reply/", {"text": "hello", "parent": parent})
        assert answer.status_code == 400
        assert "hello" in answer.content.decode()  # nothing typed is lost
    assert Comment.objects.count() == 1


def test_a_reply_to_a_locked_thread_is_refused_with_the_text(
    post: Post, ben: Member, mo: Member
) -> None:
    set_locked(post, By(mo), locked=True)
    answer = signed_in(ben).post(f"{post.address}reply/", {"text": "a long thought"})
    assert answer.status_code == 403
    assert "a long thought" in answer.content.decode()
    assert "locked" in answer.content.decode()


def test_a_guests_text_is_not_lost(post: Post) -> None:
    answer = Client().post(f"{post.address}reply/", {"text": "a long thought"})
    assert answer.status_code == 403
    assert "a long thought" in answer.content.decode()


def test_what_no_form_holds_is_ignored(a: Board, ben: Member, mo: Member) -> None:
    data = {"title": "x", "author": mo.pk, "pinned": "1", "score": "99", "deleted_at": "2020-01-01"}
    signed_in(ben).post("/b/board_a/submit/", data)
    post = Post.objects.get()
    assert (post.author, post.score, post.is_live) == (ben, 1, True)


def test_editing_shows_what_is_there_and_saves(post: Post, comment: Comment, ann: Member) -> None:
    client = signed_in(ann)
    assert "Its text." in client.get(f"{post.address}edit/").content.decode()
    client.post(f"{post.address}edit/", {"title": "New title", "text": "New text"})
    client.post(f"{comment.address}edit/", {"text": "New comment"})
    post.refresh_from_db()
    comment.refresh_from_db()
    assert (post.title, post.text, comment.text) == ("New title", "New text", "New comment")


def test_an_empty_edit_is_refused(comment: Comment, ann: Member) -> None:
    assert signed_in(ann).post(f"{comment.address}edit/", {"text": " "}).status_code == 422


def test_others_may_not_edit_or_delete(post: Post, comment: Comment, ben: Member) -> None:
    client = signed_in(ben)
    for written in (post, comment):
        data = {"title": "mine", "text": "mine"}
        assert client.get(f"{written.address}edit/").status_code == 403
        assert client.post(f"{written.address}edit/", data).status_code == 403
        assert client.post(f"{written.address}delete/").status_code == 403
    post.refresh_from_db()
    assert post.is_live
    assert post.text == "Its text."


def test_deleting_twice_is_deleting_once(post: Post, comment: Comment, ann: Member) -> None:
    client = signed_in(ann)
    for _ in range(2):
        assert client.post(f"{comment.address}delete/").status_code == 302
        assert client.post(f"{post.address}delete/").status_code == 302
    post.board.refresh_from_db()
    assert post.board.post_count == 0


@pytest.mark.parametrize("deed", ["delete/", "remove/", "restore/", "lock/", "vote/", "reply/"])
def test_deeds_take_post_alone(post: Post, ann: Member, deed: str) -> None:
    client = signed_in(ann)
    assert client.get(f"{post.address}{deed}").status_code == 405
    assert client.head(f"{post.address}{deed}").status_code == 405


def test_moderators_act_on_the_site(post: Post, comment: Comment, mo: Member, ben: Member) -> None:
    client = signed_in(mo)
    client.post(f"{comment.address}remove/")
    client.post(f"{post.address}lock/", {"locked": "1"})
    client.post(f"{post.address}remove/")
    post.refresh_from_db()
    comment.refresh_from_db()
    assert post.removed_by == comment.removed_by == mo
    assert post.locked_at is not None
    client.post(f"{comment.address}restore/")
    client.post(f"{post.address}restore/")
    client.post(f"{post.address}lock/", {"locked": "0"})
    post.refresh_from_db()
    comment.refresh_from_db()
    assert post.is_open
    assert comment.is_live
    other = signed_in(ben)
    for address in (f"{comment.address}remove/", f"{post.address}remove/"):
        assert other.post(address).status_code == 403
    assert client.post(f"{post.address}lock/", {"locked": "maybe"}).status_code == 400


def test_a_key_of_one_form_opens_no_other(
    a: Board, secret: Post, pam: Member, ben: Member, post: Post
) -> None:
    """A receipt for a post must not lead to the comment, or the post, of the same number."""
    key = "6f1c0f1e-6c0b-4b6e-8d0e-1f5f1c1d2e3a"
    whispered = reply(author=pam, post=secret, text="hush comment")
    client = signed_in(ben)
    if post.pk < whispered.pk - 1:  # PostgreSQL goes on counting where earlier tests ended
        Post.objects.create(pk=whispered.pk - 1, board=a, author=ben, title="x", slug="x")
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Post]):
                cursor.execute(statement)
    while Post.objects.order_by("-pk")[0].pk < whispered.pk:
        client.post("/b/board_a/submit/", {"title": "x", "once": key})
        key = key[:-4] + f"{int(key[-4:], 16) + 1:04x}"
    data = {"text": "mine", "once": key}
    client.post("/b/board_a/submit/", {"title": "x", "once": key})
    answer = client.post(f"{post.address}reply/", data, headers=HTMX)
    assert "hush" not in answer.content.decode()
    assert Comment.objects.filter(author=ben, text="mine").count() == 1


def test_a_link_sent_twice_is_one_post(a: Board, ben: Member) -> None:
    client = signed_in(ben)
    data = {
        "title": "Link",
        "url": "https://example.org/",
        "once": "6f1c0f1e-6c0b-4b6e-8d0e-1f5f1c1d2e3a",
    }
    answers = {client.post("/b/board_a/submit/", data)["Location"] for _ in range(2)}
    assert answers == {Post.objects.get().get_absolute_url()}


@pytest.mark.parametrize("title", ["\u202e", "\u200b", "\x07 \t", "\u200d\u200c"])
def test_a_title_must_be_seen(a: Board, ben: Member, title: str) -> None:
    assert signed_in(ben).post("/b/board_a/submit/", {"title": title}).status_code == 422


def test_a_title_is_one_clean_line(a: Board, ben: Member) -> None:
    signed_in(ben).post("/b/board_a/submit/", {"title": " two\n  \u202ewords "})
    assert Post.objects.get().title == "two words"


def test_a_long_title_in_any_script_can_be_answered(a: Board, ann: Member, ben: Member) -> None:
    post = submit_post(author=ann, board=a, title="漢字" * 150)
    answer = signed_in(ben).post(f"{post.address}reply/", {"text": "hello"})
    assert answer.status_code == 302
    letter = Letter.objects.get(recipient=ann)
    assert signed_in(ann).get(letter.url, follow=True).status_code == 200


def test_a_bad_reply_by_htmx_takes_the_place_of_the_composer(
    post: Post, comment: Comment, ben: Member
) -> None:
    data = {"text": "", "parent": comment.pk, "preview": "1"}
    answer = signed_in(ben).post(f"{post.address}reply/", data, headers=HTMX)
    assert answer["HX-Retarget"] == f"#reply-{comment.pk}"


def test_moderators_find_what_they_removed(post: Post, mo: Member, ben: Member) -> None:
    remove(post, By(mo))
    answer = signed_in(mo).get("/b/board_a/removed/")
    assert post.get_absolute_url() in answer.content.decode()
    assert signed_in(ben).get("/b/board_a/removed/").status_code == 403
