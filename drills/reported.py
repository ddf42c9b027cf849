"""Makes comments that were reported, and two moderators who may decide: run by bench.inside."""

from typing import Any

from accounts.models import Member
from boards.actions import appoint, make_board
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from drills.scene import sign_in
from moderation.actions.reports import report
from moderation.models import Case


def main(reports: int) -> dict[str, Any]:
    """A cookie for each moderator, and the cases."""
    names = ("mona", "olly", "ann", "ben")
    mona, olly, ann, ben = (Member.objects.create_user(name, "a long password") for name in names)
    board = make_board(maker=mona, name="drill", title="Drill")
    appoint(board=board, member=olly, by=mona)
    post = submit_post(author=ann, board=board, title="Thread")
    for number in range(reports):
        comment = reply(author=ann, post=post, text=f"Rude {number}")
        report(reporter=ben, board=board, target=comment, reason="Rude.")
    return {
        "cookies": [sign_in(mona), sign_in(olly)],
        "cases": [pk for (pk,) in Case.objects.order_by("pk").values_list("pk")],
    }
