"""All that is a member's own, as one file of JSON that is never whole in memory.

Each floor tells its part. Nobody else's words are in it, nor who reported, nor which moderator did
something.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from accounts.export import account, moment
from accounts.models import Member
from boards import export as of_boards
from discussions import export as of_discussions
from inbox import export as of_inbox
from moderation import policy
from moderation.models import Act, Appeal, BoardRequest, JoinRequest, Report
from paging.batches import in_batches

Rows = Iterator[dict[str, Any]]
ROWS_PER_PIECE = 100


def pieces(member: Member, chosen: Mapping[str, str]) -> Iterator[str]:
    """The file, piece by piece; `chosen`: what their browser keeps of their preferences."""
    yield '{"account": ' + json.dumps(account(member, chosen), ensure_ascii=False)
    for name, rows in _parts(member).items():
        yield f',\n"{name}": ['
        yield from _joined(rows)
        yield "]"
    yield "}\n"


def _parts(member: Member) -> dict[str, Rows]:
    return {
        "subscriptions": of_boards.subscriptions(member),
        "moderates": of_boards.offices(member),
        "private_boards": of_boards.private_boards(member),
        "bans": of_boards.bans(member),
        "posts": of_discussions.posts(member),
        "comments": of_discussions.comments(member),
        "votes": of_discussions.votes(member),
        "letters": of_inbox.letters(member),
        "reports": _reports(member),
        "acts": _acts(member),
        "appeals": _appeals(member),
        "requests": _requests(member),
    }


def _joined(rows: Rows) -> Iterator[str]:
    """Many rows a piece: each is sent by itself."""
    some: list[str] = []
    comma = ""
    for row in rows:
        some.append(json.dumps(row, ensure_ascii=False))
        if len(some) == ROWS_PER_PIECE:
            yield comma + ",\n".join(some)
            some, comma = [], ",\n"
    if some:
        yield comma + ",\n".join(some)


def _reports(member: Member) -> Rows:
    """What they reported."""
    related = "case__board", "case__member", "case__post__board", "case__comment__post__board"
    for report in in_batches(member.reports.select_related(*related), key="pk"):
        case = report.case
        yield {
            "address": case.content.short_address if case.content else _name(case.member),
            "board": case.board.name,
            "rule": report.rule,
            "reason": report.reason,
            "at": moment(report.created_at),
            "outcome": Report.Outcome(report.outcome).value,
        }


def _name(member: Member | None) -> str:
    return member.get_absolute_url() if member else ""


def _acts(member: Member) -> Rows:
    """What was done to them and to what they wrote."""
    rows = Act.objects.filter(member=member).exclude(verb__in=policy.AMONG_MODERATORS)
    rows = rows.select_related("board", "post__board", "comment__post__board").defer("snapshot")
    for act in in_batches(rows, key="pk"):
        content: Any = act.comment or act.post
        yield {
            "board": act.board.name,
            "what": act.verb,
            "at": moment(act.at),
            "until": moment(act.until),
            "by": policy.doer(act, named=False),
            "reason": act.reason,
            "address": content.short_address if content else "",
        }


def _appeals(member: Member) -> Rows:
    for appeal in in_batches(Appeal.objects.filter(member=member), key="pk"):
        yield {
            "against": f"/acts/{appeal.act_id}/",
            "text": appeal.text,
            "at": moment(appeal.created_at),
            "state": appeal.state,
            "decided": moment(appeal.decided_at),
            "answer": appeal.answer,
        }


def _requests(member: Member) -> Rows:
    """To join private boards, and to look after boards that nobody does."""
    for model, wanted in ((JoinRequest, "join"), (BoardRequest, "look after")):
        rows: Any = model._default_manager.filter(member=member)
        for asked in in_batches(rows.select_related("board"), key="pk"):
            yield {
                "board": asked.board.name,
                "to": wanted,
                "text": asked.text,
                "at": moment(asked.created_at),
                "decided": moment(asked.decided_at),
                "granted": asked.granted,
            }
