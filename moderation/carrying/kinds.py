"""The kinds of lines, in the order in which they stand in a file.

For each: the columns that are carried, the rows of a board (`outgoing`), and what writes them
here (`arriving`). What is not in this table is not carried; docs/export-format.md says why.
"""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.models import Member
from boards.models import ApprovedMember, Ban, Board, Moderator, Subscription
from discussions.models import Comment, CommentVote, Post, PostVote, Revision
from moderation.carrying import arriving, outgoing, people, trees
from moderation.carrying.outgoing import of_board
from moderation.carrying.shapes import Kind, Wishes
from moderation.models import (
    Act,
    Appeal,
    AutoRule,
    Case,
    DeskSettings,
    JoinRequest,
    MutedReporter,
    Note,
    ReasonTemplate,
    Report,
)

_TEXT = "author text created_at edited_at deleted_at removed_at removed_by is_held locked_at"
_POINTS = "ups downs source_id"


def _members(board: Board, wishes: Wishes) -> QuerySet[Any]:
    """Whoever is named by another line."""
    named = [
        kind.rows(board, wishes)
        .order_by()
        .filter(**{f"{column.attribute}__isnull": False})
        .values_list(column.attribute)
        for kind in KINDS[1:]
        for column in kind.references
        if column.refers_to == "member" and (wishes.reporters or column.name != "reporter")
    ]
    return Member.objects.filter(pk__in=named[0].union(*named[1:])).order_by("pk")


# A text with its points; which of them no vote stands for is known to its hidden columns.
_Text = partial(
    Kind, also=("base_score", "base_pairs"), tell=outgoing.points, numbered=True, rendered=True
)

# fmt: off
KINDS: tuple[Kind, ...] = (
    Kind("member", Member, "username joined_at", _members, people.members,
         judge=arriving.judge_member, numbered=True),
    Kind("board", Board,
         "name title description rules is_private created_by created_at active_at",
         outgoing.board, arriving.board, judge=arriving.judge_board),
    Kind("moderator", Moderator,
         "member appointed_by appointed_at is_owner may_content may_members may_settings "
         "may_moderators", of_board(Moderator), arriving.moderators),
    Kind("approved", ApprovedMember, "member approved_by approved_at",
         of_board(ApprovedMember), arriving.rows),
    Kind("subscription", Subscription, "member created_at",
         of_board(Subscription), arriving.rows),
    Kind("ban", Ban, "member is_mute until reason created_at", of_board(Ban), arriving.rows),
    Kind("desk", DeskSettings, "names_moderators hold_first_posts newcomer_days",
         of_board(DeskSettings), arriving.rows),
    Kind("reason", ReasonTemplate, "title text position",
         of_board(ReasonTemplate), arriving.rows, judge=arriving.judge_title),
    Kind("rule", AutoRule,
         "name is_active for_posts for_comments words domains younger_than_days score_below "
         "reports_at_least deed reason", of_board(AutoRule), arriving.auto_rules),
    Kind("join_request", JoinRequest, "member text created_at decided_at granted decided_by",
         of_board(JoinRequest), arriving.rows),
    Kind("note", Note, "member author text created_at", of_board(Note), arriving.rows),
    Kind("muted_reporter", MutedReporter, "reporter muted_at",
         outgoing.muted_reporters, arriving.rows),
    _Text("post", Post,
          f"{_TEXT} {_POINTS} title url pinned_until is_nsfw is_spoiler active_at",
          of_board(Post), arriving.posts, judge=arriving.judge_post),
    _Text("comment", Comment, f"post parent {_TEXT} {_POINTS} orphaned",
          outgoing.comments, trees.plant, judge=arriving.judge_text),
    Kind("revision", Revision, "post comment title text replaced_at",
         outgoing.revisions, arriving.rows),
    Kind("post_vote", PostVote, "voter target value created_at",
         outgoing.post_votes, arriving.votes),
    Kind("comment_vote", CommentVote, "voter target value created_at",
         outgoing.comment_votes, arriving.votes),
    Kind("case", Case,
         "kind post comment member opened_at report_count rule reason newness claimed_by "
         "claimed_at for_staff closed_at closed_by approved ignores_reports",
         of_board(Case), arriving.rows, numbered=True),
    Kind("report", Report, "case reporter rule reason created_at outcome",
         outgoing.reports, arriving.rows, tell=outgoing.without_reporter),
    Kind("act", Act,
         "at verb source actor role rule post comment member title snapshot version reason note "
         "batch until undoes", of_board(Act), arriving.acts, also=("before",),
         tell=outgoing.kept_columns, extra=(("before", arriving.some_object),),
         judge=arriving.judge_act, numbered=True),
    Kind("appeal", Appeal, "act member text created_at state decided_by decided_at answer",
         of_board(Appeal), arriving.rows),
)
# fmt: on

PLACES = {kind.name: place for place, kind in enumerate(KINDS)}
