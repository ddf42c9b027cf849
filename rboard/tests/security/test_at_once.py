"""Many requests in the same moment: votes, double clicks, races (security.md, case 32).

Real threads with connections of their own, on whichever database the tests run.
"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pydoc import locate
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.db.models import Sum

from accounts.models import Member
from boards.models import Board, Subscription
from discussions.actions.comments import delete_comment
from discussions.actions.posts import delete_post
from discussions.models import Comment, CommentVote, Post, PostVote
from inbox.models import Letter
from moderation.actions.content import remove, set_locked
from moderation.actions.log import By
from rboard.tests.security.browser import Browser, error_of
from rboard.tests.security.threads import PATIENCE, at_once, ends_first, in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def copies(member: Member, count: int) -> list[Browser]:
    """The same signed-in browser several times over."""
    first = Browser(member)
    first.get("/appearance/")
    browsers = [Browser() for _ in range(count)]
    for browser in browsers:
        browser.cookies.update(first.cookies)
    return browsers


def post_at_once(browsers: list[Browser], path: str, forms: list[dict[str, Any]]) -> list[Any]:
    def one(browser: Browser, fields: dict[str, Any]) -> Callable[[], Any]:
        return lambda: browser.raw_form(path, fields)

    answers = at_once([one(b, fields) for b, fields in zip(browsers, forms, strict=True)])
    assert [error_of(answer) for answer in answers if answer.status_code >= 500] == []
    return answers


def votes_on(target: Post | Comment) -> Any:
    rows = CommentVote if isinstance(target, Comment) else PostVote
    return rows.objects.filter(target=target)


def check_score(target: Post | Comment) -> None:
    target.refresh_from_db()
    votes = votes_on(target)
    assert target.score == votes.aggregate(sum=Sum("value"))["sum"]
    assert target.ups == votes.filter(value=1).count()
    assert target.downs == votes.filter(value=-1).count()


@pytest.mark.parametrize("what", ["post", "comment"])
def test_one_member_has_one_vote(what: str, post: Post, comment: Comment, ben: Member) -> None:
    """Case 32: fifty clicks in the same moment count once."""
    target = post if what == "post" else comment
    for value in (1, -1):
        forms = [{"value": value}] * 50
        answers = post_at_once(copies(ben, 50), f"{target.address}vote/", forms)
        assert {answer.status_code for answer in answers} == {302}
        assert [vote.value for vote in votes_on(target).filter(voter=ben)] == [value]
        check_score(target)
        assert target.score == 1 + value


def test_one_member_who_cannot_decide_has_one_vote(post: Post, ben: Member) -> None:
    dice = random.Random(3)
    forms = [{"value": dice.choice([1, 0, -1])} for _ in range(50)]
    post_at_once(copies(ben, 50), f"{post.address}vote/", forms)
    assert votes_on(post).filter(voter=ben).count() <= 1
    check_score(post)


def test_votes_of_many_all_count(comment: Comment) -> None:
    voters = [Member.objects.create_user(f"voter{number}") for number in range(20)]
    browsers = [copies(voter, 1)[0] for voter in voters]
    forms = [{"value": 1 if number % 3 else -1} for number in range(20)]
    post_at_once(browsers, f"{comment.address}vote/", forms)
    assert votes_on(comment).count() == 21
    check_score(comment)


def test_guesses_at_a_password_all_count(ben: Member) -> None:
    """Case 24: the first makes the row that the others count in."""
    fields = {"username": ben.username, "password": "wrong"}
    answers = post_at_once([Browser() for _ in range(20)], "/login/", [fields] * 20)
    assert sorted(answer.status_code for answer in answers) == [422] * 10 + [429] * 10
    assert AccessAttempt.objects.get().failures_since_start == 11


def own(post: Post, comment: Comment, mo: Member) -> Member:
    author = post.author
    assert author is not None
    return author


def removed(post: Post, comment: Comment, mo: Member) -> None:
    remove(post, By(mo))
    remove(comment, By(mo))


def deleted(post: Post, comment: Comment, mo: Member) -> None:
    delete_comment(author=comment.author, comment=comment)
    delete_post(author=post.author, post=post)


def locked(post: Post, comment: Comment, mo: Member) -> None:
    set_locked(post, By(mo), locked=True)


@pytest.mark.parametrize(
    ("state", "allowed"), [(own, False), (removed, False), (deleted, False), (locked, True)]
)
def test_votes_are_taken_by_policy(
    state: Callable[[Post, Comment, Member], Member | None],
    allowed: bool,
    post: Post,
    comment: Comment,
    ben: Member,
    mo: Member,
) -> None:
    """Case 32; a locked thread still takes votes, as discussions.policy tells."""
    voter = state(post, comment, mo) or ben
    for target in (post, comment):
        before = list(votes_on(target).values_list("voter", "value"))
        for value in (1, -1, 0):
            browsers = copies(voter, 3)
            answers = post_at_once(browsers, f"{target.address}vote/", [{"value": value}] * 3)
            assert {answer.status_code for answer in answers} == {302 if allowed else 403}
        assert list(votes_on(target).values_list("voter", "value")) == before
        if state is not deleted:
            check_score(target)


TEN = 10


def test_a_comment_sent_ten_times_is_one(post: Post, comment: Comment, ben: Member) -> None:
    """Ten equal answers, all to the one comment."""
    for parent in ("", str(comment.pk)):
        before = Comment.objects.count()
        forms = [{"text": "Once.", "parent": parent, "once": str(uuid4())}] * TEN
        answers = post_at_once(copies(ben, TEN), f"{post.address}reply/", forms)
        assert Comment.objects.count() == before + 1
        new = Comment.objects.order_by("-pk")[0]
        assert {answer.status_code for answer in answers} == {302}
        assert {answer["Location"] for answer in answers} == {f"{new.get_absolute_url()}#c{new.pk}"}
    post.refresh_from_db()
    assert post.comment_count == Comment.objects.count() == 3
    assert post.author.letters.count() == 2


@pytest.mark.parametrize("url", ["", "https://example.org/an-article"])
def test_a_post_sent_ten_times_is_one(url: str, a: Board, ben: Member) -> None:
    """Also one with a link, which by the second time has been posted here lately."""
    forms = [{"title": "Once", "url": url, "text": "u/moe", "once": str(uuid4())}] * TEN
    answers = post_at_once(copies(ben, TEN), "/b/board_a/submit/", forms)
    post = Post.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {post.get_absolute_url()}
    a.refresh_from_db()
    assert a.post_count == 1


def test_a_link_sent_again_by_the_same_form_is_answered_as_before(a: Board, ben: Member) -> None:
    """The second click of a double click that came a moment later."""
    browser = Browser(ben)
    fields = {"title": "Once", "url": "https://example.org/", "once": str(uuid4())}
    answers = [browser.raw_form("/b/board_a/submit/", fields) for _ in range(2)]
    post = Post.objects.get()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer["Location"] for answer in answers} == {post.get_absolute_url()}


def test_a_board_sent_ten_times_is_one(ben: Member) -> None:
    fields = {"name": "new_board", "title": "New", "description": "", "rules": ""}
    answers = post_at_once(copies(ben, TEN), "/boards/new/", [fields] * TEN)
    board = Board.objects.get()
    assert {(answer.status_code, answer.get("Location")) for answer in answers} == {
        (302, board.get_absolute_url())
    }
    assert board.subscriber_count == 1


def test_one_name_is_given_once(db: None) -> None:
    """Ten who register the same name at once: one gets it, and nobody an error of the site."""
    browsers = [Browser() for _ in range(TEN)]
    forms = [
        {"username": "wanted", "password1": f"long passw0rd {n}", "password2": f"long passw0rd {n}"}
        for n in range(TEN)
    ]
    answers = post_at_once(browsers, "/register/", forms)
    assert sorted(answer.status_code for answer in answers) == [302] + [422] * (TEN - 1)
    assert Member.objects.count() == 1


def test_a_subscription_sent_ten_times_is_one(a: Board, ben: Member) -> None:
    for wanted, count in (("1", 2), ("0", 1)):
        forms = [{"subscribed": wanted}] * TEN
        answers = post_at_once(copies(ben, TEN), "/b/board_a/subscribe/", forms)
        assert {answer.status_code for answer in answers} == {302}
        a.refresh_from_db()
        assert a.subscriber_count == Subscription.objects.filter(board=a).count() == count


def locks(post: Post, comment: Comment, mo: Browser, ann: Browser) -> Any:
    return mo.raw_form(f"{post.address}lock/", {"locked": "1"})


def removes_post(post: Post, comment: Comment, mo: Browser, ann: Browser) -> Any:
    return mo.raw_form(f"{post.address}remove/", {})


def deletes_post(post: Post, comment: Comment, mo: Browser, ann: Browser) -> Any:
    return ann.raw_form(f"{post.address}delete/", {})


def removes_parent(post: Post, comment: Comment, mo: Browser, ann: Browser) -> Any:
    return mo.raw_form(f"{comment.address}remove/", {})


def deletes_parent(post: Post, comment: Comment, mo: Browser, ann: Browser) -> Any:
    return ann.raw_form(f"{comment.address}delete/", {})


# Where a reply is held: judged by the view, judged again under the tree's lock, all but counted.
HELD_AT = [
    "discussions.actions.comments.write_once",
    "discussions.models.Comment.place_below",
    "discussions.letters.tell_of_comment",
]


@pytest.mark.parametrize("place", HELD_AT)
@pytest.mark.parametrize(
    "close", [locks, removes_post, deletes_post, removes_parent, deletes_parent]
)
def test_no_reply_comes_after_the_end(
    close: Callable[[Post, Comment, Browser, Browser], Any],
    place: str,
    post: Post,
    comment: Comment,
    ann: Member,
    ben: Member,
    mo: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reply is held on its way while the thread or its parent is closed; then it goes on.

    Either closing waits until the reply is there, or the reply is refused and nothing of it stays.
    """
    held, go_on = Event(), Event()
    go: Any = locate(place)

    def hold(*args: Any, **kwargs: Any) -> Any:
        held.set()
        assert go_on.wait(PATIENCE)
        return go(*args, **kwargs)

    [mos], [anns], [bens] = copies(mo, 1), copies(ann, 1), copies(ben, 1)
    fields = {"text": "Late.", "parent": str(comment.pk), "once": str(uuid4())}
    monkeypatch.setattr(place, hold)
    with ThreadPoolExecutor(2) as pool:
        reply = in_thread(pool, lambda: bens.raw_form(f"{post.address}reply/", fields))
        assert held.wait(PATIENCE)
        closing, closed_first = ends_first(pool, lambda: close(post, comment, mos, anns))
        go_on.set()
        answer, closed = reply.result(PATIENCE), closing.result(PATIENCE)
    assert error_of(answer) == error_of(closed) == ""
    assert closed.status_code == 302
    assert answer.status_code == (403 if closed_first else 302)
    assert Comment.objects.filter(text="Late.").count() == (0 if closed_first else 1)
    post.refresh_from_db()
    comment.refresh_from_db()
    assert post.comment_count == Comment.objects.live().count()
    assert comment.descendant_count == (0 if closed_first else 1)
    if place == HELD_AT[0]:
        assert closed_first
    # Nobody gets a letter about what was never written.
    replies = ann.letters.exclude(kind=Letter.Kind.MODERATION)
    assert replies.count() <= (0 if closed_first else 1)


def test_replies_and_a_lock_leave_a_whole_thread(post: Post, ben: Member, mo: Member) -> None:
    """No timing prescribed: every answer tells the truth."""
    lock_at = 4
    browsers = copies(ben, TEN)
    [mos] = copies(mo, 1)
    forms = [{"text": f"Reply {number}."} for number in range(TEN)]

    def replies(browser: Browser, fields: dict[str, str]) -> Callable[[], Any]:
        return lambda: browser.raw_form(f"{post.address}reply/", fields)

    work: list[Callable[[], Any]] = [
        replies(b, fields) for b, fields in zip(browsers, forms, strict=True)
    ]
    work.insert(lock_at, lambda: mos.raw_form(f"{post.address}lock/", {"locked": "1"}))
    answers = at_once(work)
    assert [error_of(answer) for answer in answers if answer.status_code >= 500] == []
    assert answers.pop(lock_at).status_code == 302
    texts = set(Comment.objects.values_list("text", flat=True))
    for fields, answer in zip(forms, answers, strict=True):
        assert answer.status_code == (302 if fields["text"] in texts else 403)
    post.refresh_from_db()
    assert post.comment_count == len(texts)
    assert browsers[0].raw_form(f"{post.address}reply/", {"text": "After."}).status_code == 403
