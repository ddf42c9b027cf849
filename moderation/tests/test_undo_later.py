"""What was done is taken back from its page, and from the log, long after it was done."""

import pytest

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import delete_comment
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content
from moderation.actions.batches import ban_and_remove
from moderation.actions.log import By
from moderation.actions.undo import undo
from moderation.models import Act, Case

pytestmark = pytest.mark.django_db


def test_a_batch_is_undone_from_the_page_of_any_of_its_acts(
    a: Board, ann: Member, mo: Member, second: Member, post: Post, ben: Member
) -> None:
    Post.objects.create(board=a, author=ann, title="Another", slug="another")
    Board.objects.filter(pk=a.pk).update(post_count=2)
    ban_and_remove(ann, a, By(second))
    act = Act.objects.get(post=post)
    address, desk = f"/acts/{act.pk}/", signed_in(mo)
    log = f"/b/board_a/modlog/?batch={act.batch}"
    assert f'href="{address}"' in desk.get(log).content.decode()
    count = Act.objects.filter(batch=act.batch).count()
    assert f"Undo all {count} done with it" in desk.get(address).content.decode()
    for stranger in (ann, ben):
        client = signed_in(stranger)
        assert f"{address}undo" not in client.get(address).content.decode()
        assert client.post(f"{address}undo-all/").status_code in (403, 404)
    post.refresh_from_db()
    assert post.removed_at
    desk.post(f"{address}undo-all/")
    post.refresh_from_db()
    assert post.removed_at is None
    assert "Undo" not in desk.get(address).content.decode()


def test_one_act_alone_is_undone_from_its_page(
    a: Board, ann: Member, mo: Member, comment: Comment
) -> None:
    ban_and_remove(comment.author, a, By(mo))  # type: ignore[arg-type]
    act = Act.objects.get(comment=comment)
    signed_in(mo).post(f"/acts/{act.pk}/undo/")
    comment.refresh_from_db()
    assert comment.removed_at is None


def test_no_case_is_opened_about_what_its_author_deleted(
    a: Board, comment: Comment, mo: Member
) -> None:
    content.hold(comment, By())
    act = content.approve(comment, By(mo))
    assert act is not None
    assert comment.author is not None
    delete_comment(author=comment.author, comment=comment)
    undo(act, By(mo))
    assert not Case.objects.open().exists()
