"""What the desk does beside removing: sweeping up, locking, pinning, and taking that back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import Ban, Board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content
from moderation.actions.cases import open_case
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Case
from moderation.tests.test_desk import QUEUE, act, said
from moderation.tests.test_queues import undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(a: Board, mo: Member) -> Client:
    return signed_in(mo)


@pytest.fixture
def case(a: Board, post: Post, ben: Member) -> Case:
    """Ben reported Ann's post."""
    made = report(reporter=ben, board=a, target=post, rule="No spam")
    assert made is not None
    return made.case


def live() -> tuple[set[int], set[int]]:
    """The ids of all posts and comments that stand."""
    posts, comments = Post.objects.live(), Comment.objects.live()
    return set(posts.values_list("pk", flat=True)), set(comments.values_list("pk", flat=True))


def test_a_spammer_is_swept_up_and_back_in_one_batch(
    desk: Client, case: Case, a: Board, p: Board, ann: Member, ben: Member, post: Post
) -> None:
    for n in range(3):
        submit_post(author=ann, board=a, title=f"Shoes {n}")
    kept = submit_post(author=ben, board=a, title="Kept")
    reply(author=ann, post=kept, text="Shoes!")
    gone = submit_post(author=ann, board=a, title="Removed before")
    content.remove(gone, By())
    second = report(reporter=ben, board=a, target=Post.objects.get(title="Shoes 1"), rule="x").case
    before = live()
    answer = act(desk, "sweep", case, second, days="0", reason="Spam.")
    assert "because of 2 posts: “A first post”, “Shoes 1”" in said(answer)
    assert "was here before" not in said(answer)
    assert live() == ({kept.pk}, set())
    assert Ban.objects.get(member=ann, board=a).until is None
    assert not Case.objects.open().exists()
    assert Act.objects.exclude(batch=None).values("batch").distinct().count() == 1
    undo(desk, answer)
    assert live() == before
    assert not Ban.objects.exists()
    assert set(Case.objects.open()) == {case, second}
    gone.refresh_from_db()
    assert gone.removed_at


def test_held_text_goes_with_the_sweep(desk: Client, a: Board, ann: Member, post: Post) -> None:
    content.hold(post, By(source=Act.Source.RULE, rule="Shoes"))
    held = Case.objects.get()
    act(desk, "sweep", held, days="1")
    held.refresh_from_db()
    post.refresh_from_db()
    assert held.closed_at
    assert post.removed_at
    assert not post.is_held


def test_nobody_sweeps_up_an_owner(a: Board, mo: Member, amy: Member, ben: Member) -> None:
    theirs = submit_post(author=mo, board=a, title="The owner's")
    made = report(reporter=ben, board=a, target=theirs, rule="x").case
    assert "same or a higher rank" in said(act(signed_in(amy), "sweep", made, days="1"))
    theirs.refresh_from_db()
    assert theirs.is_live
    assert not Ban.objects.exists()


def test_the_second_to_sweep_is_told(desk: Client, case: Case, amy: Member) -> None:
    act(signed_in(amy), "approve", case)
    assert "amy was here before" in said(act(desk, "sweep", case, days="1"))
    assert not Ban.objects.exists()


def test_what_is_locked_is_unlocked(desk: Client, a: Board, comment: Comment, ben: Member) -> None:
    """A comment: what is below it."""
    made = open_case(a, comment, Case.Kind.REPORTED)
    for deed, other in (("lock", "unlock"), ("unlock", "lock")):
        page = desk.get(QUEUE).content.decode()
        assert f'"{deed}:{made.pk}"' in page
        assert f'"{other}:{made.pk}"' not in page
        act(desk, deed, made)
        comment.refresh_from_db()
        assert bool(comment.locked_at) == (deed == "lock")
    assert [one.verb for one in Act.objects.order_by("pk")] == ["lock", "unlock"]


def test_a_post_is_pinned_until_a_date(desk: Client, case: Case, post: Post) -> None:
    day = timezone.localdate() + timedelta(days=12)
    act(desk, "pin", case, days="3", date=f"{day:%Y-%m-%d}")
    post.refresh_from_db()
    assert post.pinned_until is not None
    assert timezone.localtime(post.pinned_until).date() == day
    page = desk.get(QUEUE).content.decode()
    assert f'"unpin:{case.pk}"' in page
    assert f'"pin:{case.pk}"' not in page
    act(desk, "unpin", case)
    post.refresh_from_db()
    assert post.pinned_until is None


def test_a_day_that_is_past_is_refused(desk: Client, case: Case, post: Post) -> None:
    answer = act(desk, "pin", case, days="3", date="2020-01-01")
    assert answer.context["form"].errors["date"]
    post.refresh_from_db()
    assert post.pinned_until is None


def test_what_was_passed_on_is_counted_for_the_staff_alone(desk: Client, case: Case) -> None:
    assert "<strong>1</strong> reported" in desk.get("/admin/").content.decode()
    act(desk, "pass_on", case)
    assert "<strong>0</strong> reported" in desk.get("/admin/").content.decode()


def test_a_claimed_card_can_be_released(desk: Client, case: Case) -> None:
    act(desk, "claim", case)
    page = desk.get(QUEUE).content.decode()
    assert f'"release:{case.pk}"' in page
    assert f'"claim:{case.pk}"' not in page
