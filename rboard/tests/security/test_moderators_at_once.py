"""Moderators at the same moment as others (reliability.md, drills 4 and 5), on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pydoc import locate
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Member
from boards.models import Board
from discussions.actions.access import change_board
from discussions.actions.comments import delete_comment, edit_comment, reply
from discussions.actions.posts import edit_post, submit_post
from discussions.actions.purge import purge_board, purge_post
from discussions.actions.votes import vote
from discussions.models import Comment, Post
from discussions.upkeep.faults import Survey
from moderation.actions import appeals, cases, content, people
from moderation.actions.batches import ban_and_remove, undo_batch
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act, Appeal, Case
from rboard.tests.security.browser import Browser, error_of
from rboard.tests.security.threads import PATIENCE, at_once, ends_first, in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def whole() -> bool:
    survey = Survey()
    survey.run(lambda _count: None)
    return not survey.faulty


ENDS: dict[str, Callable[[Post, Comment, Member, Member], Any]] = {
    "lock": lambda post, comment, ben, mo: content.set_locked(post, By(mo), locked=True),
    "lock a subtree": lambda post, comment, ben, mo: content.set_locked(
        comment, By(mo), locked=True
    ),
    "removal": lambda post, comment, ben, mo: content.remove(post, By(mo)),
    "removal of the parent": lambda post, comment, ben, mo: content.remove(comment, By(mo)),
    "ban": lambda post, comment, ben, mo: people.ban(ben, post.board, By(mo)),
    "mute": lambda post, comment, ben, mo: people.ban(ben, post.board, By(mo), mute=True),
    "ban and removal": lambda post, comment, ben, mo: ban_and_remove(ben, post.board, By(mo)),
    "purge": lambda post, comment, ben, mo: purge_post(post),
    "purge of the board": lambda post, comment, ben, mo: purge_board(post.board),
}
# Where a reply is held: judged by the view, in the tree, all but counted.
HELD_AT = [
    "discussions.actions.comments.write_once",
    "discussions.models.Comment.place_below",
    "discussions.letters.tell_of_comment",
]


@pytest.mark.parametrize("place", HELD_AT)
@pytest.mark.parametrize("end", ENDS)
def test_no_reply_comes_after_the_end(
    end: str,
    place: str,
    post: Post,
    comment: Comment,
    ben: Member,
    mo: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Drill 4: either the end waits until the reply is there, or the reply is refused whole."""
    held, go_on = Event(), Event()
    go: Any = locate(place)

    def hold(*args: Any, **kwargs: Any) -> Any:
        held.set()
        assert go_on.wait(PATIENCE)
        return go(*args, **kwargs)

    browser = Browser(ben)
    browser.get("/appearance/")
    fields = {"text": "Late.", "parent": str(comment.pk), "once": str(uuid4())}
    monkeypatch.setattr(place, hold)
    with ThreadPoolExecutor(2) as pool:
        replying = in_thread(pool, lambda: browser.raw_form(f"{post.address}reply/", fields))
        assert held.wait(PATIENCE)
        ending, ended_first = ends_first(pool, lambda: ENDS[end](post, comment, ben, mo))
        go_on.set()
        answer = replying.result(PATIENCE)
        ending.result(PATIENCE)
    assert error_of(answer) == ""
    gone = "purge" in end
    refused = (400, 403, 404) if gone else (403,)
    assert answer.status_code in (refused if ended_first else (302,))
    written = Comment.objects.filter(text="Late.").count()
    assert written == (0 if ended_first or gone else 1)
    if place == HELD_AT[0]:
        assert ended_first
    for left in Post.objects.all():
        assert left.comment_count == Comment.objects.live().filter(post=left).count()
    assert whole()


def outcome(work: Callable[[], Any]) -> Callable[[], str]:
    def run() -> str:
        try:
            work()
        except ValidationError as error:
            return str(error.code)
        return "done"

    return run


DECISIONS: dict[str, list[Callable[[Any, Case, By], Any]]] = {
    "both remove": [lambda text, case, by: content.remove(text, by, case=case)] * 2,
    "both approve": [lambda text, case, by: content.approve(text, by, case=case)] * 2,
    "one of each": [
        lambda text, case, by: content.remove(text, by, case=case),
        lambda text, case, by: content.approve(text, by, case=case),
    ],
}


@pytest.mark.parametrize("what", ["post", "comment"])
@pytest.mark.parametrize("decisions", DECISIONS)
def test_one_of_two_decides(
    decisions: str, what: str, post: Post, comment: Comment, mo: Member, amy: Member, ben: Member
) -> None:
    """Drill 5: one act, the second is told."""
    text = post if what == "post" else comment
    made = report(reporter=ben, board=post.board, target=text, reason="Rude.")
    assert made
    one, two = DECISIONS[decisions]
    case = made.case
    answers = at_once(
        [outcome(lambda: one(text, case, By(mo))), outcome(lambda: two(text, case, By(amy)))]
    )
    assert sorted(answers) == ["decided", "done"]
    assert Act.objects.count() == 1
    made.refresh_from_db()
    assert made.outcome != "open"
    assert ben.letters.filter(kind="report").count() == 1


def test_one_of_two_decides_about_a_member(
    a: Board, mo: Member, amy: Member, ben: Member, ann: Member
) -> None:
    made = report(reporter=ann, board=a, target=ben, reason="Rude.")
    assert made
    case = made.case
    answers = at_once(
        [
            outcome(lambda: people.ban(ben, a, By(mo), case=case)),
            outcome(lambda: people.warn(ben, a, By(amy), reason="Mind.", case=case)),
        ]
    )
    assert sorted(answers) == ["decided", "done"]
    assert Act.objects.count() == 1


def test_one_of_two_undoes(post: Post, mo: Member, amy: Member) -> None:
    act = content.remove(post, By(amy))
    assert act
    answers = at_once([outcome(lambda: undo(act, By(mo))), outcome(lambda: undo(act, By(amy)))])
    assert sorted(answers) == ["done", "taken_back"]
    assert Act.objects.filter(undoes=act).count() == 1
    post.refresh_from_db()
    post.board.refresh_from_db()
    assert post.board.post_count == 1


@pytest.mark.parametrize("state", ["upheld", "overturned"])
def test_one_of_two_decides_an_appeal(
    state: str, post: Post, ann: Member, mo: Member, amy: Member, stan: Member
) -> None:
    act = content.remove(post, By(mo))
    assert act
    made = appeals.appeal(member=ann, act=act, text="Why?")
    decide = [
        outcome(lambda by=by: appeals.decide(made, By(by), Appeal.State(state)))  # type: ignore[misc]
        for by in (amy, stan)
    ]
    answers = at_once(decide)
    assert answers.count("done") == 1
    assert Act.objects.count() == 2


def test_one_of_two_claims(post: Post, mo: Member, amy: Member, ben: Member) -> None:
    made = report(reporter=ben, board=post.board, target=post, reason="Rude.")
    assert made
    claims = [lambda: cases.claim(made.case, mo), lambda: cases.claim(made.case, amy)]
    assert sorted(at_once(claims)) == [False, True]


def test_reports_at_once_make_one_case(post: Post) -> None:
    members = [Member.objects.create_user(f"reporter{number}") for number in range(8)]

    def reports(member: Member) -> Callable[[], Any]:
        return lambda: report(reporter=member, board=post.board, target=post, reason="Rude.")

    at_once([reports(member) for member in [*members, *members]])
    case = Case.objects.get()
    assert case.report_count == case.reports.count() == 8


def test_nothing_locks_up(
    a: Board, post: Post, comment: Comment, ann: Member, ben: Member, mo: Member, amy: Member
) -> None:
    """Everything that locks, in one storm: each is done or refused, and nothing is left halfway."""

    def often(work: Callable[[int], Any]) -> Callable[[], list[str]]:
        def run() -> list[str]:
            errors = []
            for number in range(12):
                try:
                    work(number)
                except (PermissionDenied, ValidationError):
                    pass
                except Exception as error:
                    errors.append(repr(error))
            return errors

        return run

    def removes(text: Any, by: Member) -> Callable[[int], Any]:
        deeds: Any = (content.remove, content.restore, content.approve)
        return lambda n: deeds[n % 3](text, By(by))

    def changes(n: int) -> None:
        change_board(board=a, title="A", description="", rules="", is_private=n % 2 == 0)

    def bans(n: int) -> None:
        undo_batch(ban_and_remove(ben, a, By(mo)), By(mo))

    def deletes(n: int) -> None:
        mine = reply(author=ann, post=post, text="u/moe, bye")
        edit_comment(editor=ann, comment=mine, text="bye")
        delete_comment(author=ann, comment=mine)

    works: list[Callable[[int], Any]] = [
        lambda n: reply(author=ben, post=post, text="u/moe, u/ann"),
        lambda n: reply(author=ann, post=post, parent=comment, text="u/moe, u/ben"),
        lambda n: submit_post(author=ben, board=a, title="x", text="u/moe"),
        lambda n: edit_post(editor=ann, post=post, title=f"{n}", text=f"{n}"),
        lambda n: report(reporter=ben, board=a, target=comment, reason="x"),
        lambda n: report(reporter=ben, board=a, target=post, reason="x"),
        lambda n: vote(voter=ben, target=post, value=n % 3 - 1),
        removes(post, mo),
        removes(comment, amy),
        changes,
        bans,
        deletes,
    ]
    errors = at_once([often(work) for work in works])
    assert [error for some in errors for error in some] == []
    post.refresh_from_db()
    a.refresh_from_db()
    assert post.comment_count == Comment.objects.live().filter(post=post).count()
    assert a.post_count == Post.objects.live().filter(board=a).count()
    assert whole()
