"""The page of a thread, of a comment, and of earlier versions."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import delete_comment, edit_comment, reply
from discussions.actions.posts import delete_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions.content import remove, restore, set_locked
from moderation.actions.log import By


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_post_and_its_comments(post: Post, comment: Comment) -> None:
    html = page(Client(), post.get_absolute_url())
    assert "Its text." in html
    assert "A first comment." in html
    assert f'id="c{comment.pk}"' in html


@pytest.mark.parametrize("slug", ["", "other/", "a-first/"])
def test_other_slugs_lead_to_the_right_one(post: Post, slug: str) -> None:
    answer = Client().get(f"/b/board_a/{post.pk}/{slug}?sort=new")
    assert answer.status_code == 302
    assert answer["Location"] == f"{post.get_absolute_url()}?sort=new"


def test_a_post_is_on_its_own_board_alone(post: Post, p: Board, mo: Member) -> None:
    answer = signed_in(mo).get(f"/b/board_p/{post.pk}/{post.slug}/")
    assert answer.status_code == 404


def test_a_comment_is_in_its_own_thread_alone(
    post: Post, comment: Comment, secret: Post, mo: Member
) -> None:
    address = f"{secret.get_absolute_url()}c/{comment.pk}/"
    assert signed_in(mo).get(address).status_code == 404


def test_a_comment_comes_with_what_leads_to_it(post: Post, ann: Member) -> None:
    chain = [reply(author=ann, post=post, text="level-0")]
    for level in range(1, 7):
        chain.append(reply(author=ann, post=post, parent=chain[-1], text=f"level-{level}"))
    reply(author=ann, post=post, text="elsewhere")
    html = page(Client(), chain[5].get_absolute_url())
    shown = [level for level in range(7) if f"level-{level}" in html]
    assert shown == [2, 3, 4, 5, 6]
    assert "elsewhere" not in html
    assert f'href="{post.get_absolute_url()}c/{chain[1].pk}/"' in html  # "Earlier comments"
    assert html.count("<ol") == html.count("</ol>")
    assert html.count("<li>") + html.count("<li ") == html.count("</li>")
    assert html.count("<details") == html.count("</details>")


def test_a_deleted_comment_is_a_tombstone(
    post: Post, comment: Comment, ann: Member, ben: Member, mo: Member
) -> None:
    reply(author=ben, post=post, parent=comment, text="below")
    delete_comment(author=ann, comment=comment)
    for client in (Client(), signed_in(ann), signed_in(mo)):
        html = page(client, post.get_absolute_url())
        assert "The author deleted this comment." in html
        assert "A first comment." not in html
        assert "below" in html


def test_a_removed_comment_shows_to_author_and_moderators(
    post: Post, comment: Comment, ann: Member, ben: Member, mo: Member
) -> None:
    remove(comment, By(mo))
    for address in (post.get_absolute_url(), comment.get_absolute_url()):
        for client in (Client(), signed_in(ben)):
            html = page(client, address)
            assert "A moderator removed this comment." in html
            assert "A first comment." not in html
        for client in (signed_in(ann), signed_in(mo)):
            assert "A first comment." in page(client, address)


def test_a_removed_post_shows_to_author_and_moderators(
    post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    remove(post, By(mo))
    answer = signed_in(ben).get(post.get_absolute_url(), follow=True)
    assert answer.redirect_chain == [(f"/b/board_a/{post.pk}/removed/", 302)]
    html = answer.content.decode()
    assert "A moderator removed this post." in html
    assert "Its text." not in html
    assert "A first post" not in html
    assert "a-first-post" not in html
    for client in (signed_in(ann), signed_in(mo)):
        assert "Its text." in page(client, post.get_absolute_url())


def test_a_deleted_post_keeps_its_thread(post: Post, comment: Comment, ann: Member) -> None:
    delete_post(author=ann, post=post)
    post.refresh_from_db()
    html = page(Client(), post.get_absolute_url())
    assert "The author deleted this post." in html
    assert "A first comment." in html
    assert "Its text." not in html


def test_a_locked_thread_says_so(post: Post, comment: Comment, mo: Member, ben: Member) -> None:
    set_locked(post, By(mo), locked=True)
    html = page(signed_in(ben), post.get_absolute_url())
    assert "A moderator locked this thread" in html
    assert "<textarea" not in html
    assert "/reply/" not in html


def test_it_marks_who_is_who(post: Post, ann: Member, mo: Member) -> None:
    reply(author=ann, post=post, text="by the author")
    reply(author=mo, post=post, text="by the moderator")
    html = page(Client(), post.get_absolute_url())
    assert html.count(">OP<") == 1
    assert html.count(">moderator<") == 1


def test_history_is_for_author_and_moderators(
    comment: Comment, ann: Member, ben: Member, mo: Member
) -> None:
    edit_comment(editor=ann, comment=comment, text="changed")
    for client in (signed_in(ann), signed_in(mo)):
        assert "A first comment." in page(client, f"{comment.address}history/")
    assert signed_in(ben).get(f"{comment.address}history/").status_code == 403
    assert Client().get(f"{comment.address}history/").status_code == 302


def test_a_private_thread_is_not_there(secret: Post, ben: Member, pam: Member) -> None:
    there = Client().get(secret.get_absolute_url())
    nowhere = Client().get("/b/board_q/1/x/")
    assert there.status_code == nowhere.status_code == 404
    assert signed_in(ben).get(secret.get_absolute_url()).status_code == 404
    assert "hush text" in page(signed_in(pam), secret.get_absolute_url())


def test_the_title_of_a_removed_post_shows_nowhere(
    post: Post, comment: Comment, ann: Member, ben: Member, mo: Member
) -> None:
    reply(author=ben, post=post, parent=comment, text="u/pam look")
    remove(post, By(mo))
    profile = page(signed_in(ben), "/u/ann/comments/")
    inbox = page(signed_in(ann), "/inbox/")
    # The author alone is told of it by its name.
    told = "Your post “A first post”"
    assert f"{told} was removed" in inbox
    for html in (profile, inbox.replace(told, "")):
        assert "[removed]" in html
        assert "A first post" not in html
        assert "a-first-post" not in html
    restore(post, By(mo))
    assert "A first post" in page(signed_in(ann), "/inbox/").replace(told, "")
    delete_post(author=ann, post=post)
    assert "A first post" not in page(signed_in(ann), "/inbox/").replace(told, "")


def test_static_files_stay_public_for_members(ben: Member, settings: Any) -> None:
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    answer = signed_in(ben).get("/static/rboard/rboard.css")
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"]
    assert "private" not in answer["Cache-Control"]


def test_an_address_of_a_button_says_so(post: Post, ben: Member) -> None:
    answer = signed_in(ben).get(f"{post.address}delete/")
    assert answer.status_code == 405
    assert "only takes what a button sends" in answer.content.decode()
