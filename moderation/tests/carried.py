"""A board with everything that can be on one, and files that it is carried in."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.actions import delete_account
from accounts.models import Member
from boards.actions import appoint, approve, make_board, subscribe
from boards.models import Board
from discussions.actions.comments import delete_comment, edit_comment, reply
from discussions.actions.posts import delete_post, edit_post, submit_post
from discussions.actions.votes import vote
from discussions.models import Comment, Post
from moderation.actions import content, people
from moderation.actions.appeals import appeal, decide
from moderation.actions.batches import ban_and_remove
from moderation.actions.log import By
from moderation.actions.reports import mute_reporter, report
from moderation.actions.undo import undo
from moderation.models import Act, Appeal, AutoRule, DeskSettings, JoinRequest, ReasonTemplate

Line = dict[str, Any]
NAMES = ("olly", "mona", "ann", "ben", "cat", "dan", "eve")


def full_board(*, is_private: bool = False) -> Board:
    """Every kind of row, and texts in every state."""
    people_of = {name: Member.objects.create_user(name) for name in NAMES}
    board = make_board(
        maker=people_of["olly"], name="Garden", title="Green things", is_private=is_private,
        description="All that **grows**.\n\nAnd more. 🌱", rules="1. Be kind.\n2. No ads.",
    )  # fmt: skip
    appoint(board=board, member=people_of["mona"], by=people_of["olly"])
    for name in ("ann", "ben", "cat", "dan", "eve"):
        approve(board=board, member=people_of[name], by=people_of["mona"])
        subscribe(member=people_of[name], board=board)
    _set_up(board, people_of)
    _write(board, people_of)
    _moderate(board, people_of)
    return board


def _set_up(board: Board, members: dict[str, Member]) -> None:
    DeskSettings.objects.create(board=board, names_moderators=False, newcomer_days=3)
    ReasonTemplate.objects.create(board=board, title="Ads", text="No ads here.", position=2)
    AutoRule.objects.create(
        board=board, name="Bulbs", is_active=True, words="tulip mania", deed=AutoRule.Deed.NOTE
    )
    AutoRule.objects.create(board=board, name="Low", score_below=-5, deed=AutoRule.Deed.REPORT)
    late = timezone.now()
    mona = members["mona"]
    JoinRequest.objects.create(board=board, member=members["eve"], text="Please.")
    JoinRequest.objects.create(
        board=board, member=members["dan"], granted=True, decided_at=late, decided_by=mona
    )


def _write(board: Board, members: dict[str, Member]) -> None:
    ann, ben, cat = members["ann"], members["ben"], members["cat"]
    post = submit_post(author=ann, board=board, title="A rose", text="Is a *rose*.\n\n    code")
    edit_post(editor=ann, post=post, title="A rose is", text="Is a *rose* is a rose.")
    first = reply(author=ben, post=post, text="Line one\nand `two`, u/ann")
    second = reply(author=cat, post=post, parent=first, text="Deeper")
    third = reply(author=ann, post=post, parent=second, text="Deepest")
    reply(author=ben, post=post, parent=first, text="Beside")
    reply(author=cat, post=post, text="Another root")
    reply(author=members["eve"], post=post, parent=second, text="Swept")
    edit_comment(editor=ben, comment=first, text="Line one, better")
    delete_comment(author=ann, comment=third)
    submit_post(author=ben, board=board, title="A link", url="https://example.org/a?b=c#d")
    gone = submit_post(author=cat, board=board, title="Soon gone", text="Words")
    delete_post(author=cat, post=gone)
    for member, value in ((cat, 1), (ben, -1), (members["dan"], -1), (members["eve"], -1)):
        vote(voter=member, target=post, value=value)
    vote(voter=ann, target=first, value=-1)
    vote(voter=cat, target=first, value=1)
    passer = Member.objects.create_user("passer")
    approve(board=board, member=passer, by=None)
    reply(author=passer, post=post, text="By somebody who goes")
    vote(voter=passer, target=first, value=1)
    delete_account(member=passer)
    Comment.objects.filter(text="Another root").update(orphaned=True)
    # As with an archive: points without votes.
    link = Post.objects.get(title="A link")
    link.base_score, link.source_id = 7, "t3_x1"
    link.count_votes(8, 0)
    link.save()


def _moderate(board: Board, members: dict[str, Member]) -> None:
    olly, mona = By(actor=members["olly"]), By(actor=members["mona"])
    rose = Post.objects.get(title="A rose is")
    link = Post.objects.get(title="A link")
    content.set_pinned(rose, mona, until=timezone.now() + timedelta(days=3))
    content.set_labels(link, mona, nsfw=True, spoiler=True)
    content.set_locked(link, mona, locked=True, reason="Enough.")
    beside = Comment.objects.get(text="Beside")
    content.set_locked(beside, mona, locked=True)
    spam = submit_post(author=members["dan"], board=board, title="Buy", text="Cheap tulip mania")
    removed = content.remove(spam, mona, reason="No ads.", note="again")
    assert removed is not None
    appeal(member=members["dan"], act=removed, text="It was none.")
    held = submit_post(author=members["eve"], board=board, title="Hm", text="Held back")
    content.hold(held, By(source=Act.Source.RULE, rule="Bulbs"))
    _report(board, members, rose, beside)
    deeper, swept = (Comment.objects.get(text=text) for text in ("Deeper", "Swept"))
    warned = people.warn(members["cat"], board, mona, reason="Slowly.", because=deeper)
    decided = appeal(member=members["cat"], act=warned, text="Why?")
    decide(decided, olly, Appeal.State.UPHELD, answer="So it is.")
    banned = people.ban(members["ben"], board, mona, reason="Rest.", because=link)
    undo(banned, mona)
    people.ban(members["cat"], board, mona, mute=True, until=timezone.now() + timedelta(days=9))
    people.note(members["ben"], board, mona, text="Means well.", about=rose.key)
    ban_and_remove(members["eve"], board, olly, reason="Sweep.", because=swept)


def _report(board: Board, members: dict[str, Member], rose: Post, beside: Comment) -> None:
    for name in ("ben", "cat"):
        report(reporter=members[name], board=board, target=rose, rule="Be kind.")
    told = report(reporter=members["ann"], board=board, target=beside, reason="Odd")
    assert told is not None
    mute_reporter(told, By(actor=members["mona"]), handle="x")
    report(reporter=members["dan"], board=board, target=members["ann"], reason="Rude")
    content.approve(beside, By(actor=members["mona"]), ignore_reports=True)


def lines_of(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_lines(path: Path, lines: Iterable[Line | str]) -> Path:
    """A file of these lines, with a right end unless they have one."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    if not any('"end"' in text for text in texts):
        body = "".join(f"{text}\n" for text in texts)
        counts: dict[str, int] = {}
        for text in texts[1:]:
            kind = json.loads(text).get("kind")
            counts[kind] = counts.get(kind, 0) + 1
        digest = hashlib.sha256(body.encode()).hexdigest()
        end = {"kind": "end", "lines": len(texts), "counts": counts, "sha256": digest}
        texts.append(json.dumps(end))
    path.write_text("".join(f"{text}\n" for text in texts))
    return path


def changed(path: Path, change: Callable[[list[Line]], Any]) -> Path:
    """The same file with other lines, and an end that fits them."""
    lines = [line for line in lines_of(path) if line["kind"] != "end"]
    change(lines)
    return write_lines(path, lines)


REFERENCES = {
    "author": "member", "member": "member", "removed_by": "member", "appointed_by": "member",
    "approved_by": "member", "created_by": "member", "decided_by": "member", "voter": "member",
    "reporter": "member", "claimed_by": "member", "closed_by": "member", "actor": "member",
    "post": "post", "comment": "comment", "parent": "comment", "case": "case", "act": "act",
    "undoes": "act",
}  # fmt: skip


def same_but_for_ids(lines: Iterable[Line]) -> list[Line]:
    """Lines with the place of each thing in the file for its id; without what must differ."""
    lines = [json.loads(json.dumps(line)) for line in lines]
    places: dict[tuple[str, int], str] = {}
    for line in lines:
        if "id" in line:
            kinds = [kind for kind, _ in places]
            name = line.get("username") or f"{line['kind']}{kinds.count(line['kind'])}"
            places[line["kind"], line["id"]] = name
    return [_plain(line, places) for line in lines if line["kind"] not in ("header", "end")]


def _plain(line: Line, places: dict[tuple[str, int], str]) -> Line:
    kind = line["kind"]
    if "id" in line:
        line["id"] = places[kind, line["id"]]
    for name, refers_to in REFERENCES.items():
        if name in line and line[name] is not None and isinstance(line[name], int):
            line[name] = places[refers_to, line[name]]
    if "target" in line:
        line["target"] = places[kind.removesuffix("_vote"), line["target"]]
    if kind == "board":
        line["name"] = ""
    line.pop("source_id", None)
    if kind == "act":
        line["batch"] = line["batch"] is not None
        line["before"] = _plain_before(line["before"], places)
    return line


def _plain_before(before: Line, places: dict[tuple[str, int], str]) -> Line:
    for side in ("before", "after"):
        remover = before.get(side, {}).get("removed_by_id")
        if remover is not None:
            before[side]["removed_by_id"] = places["member", remover]
    if "case" in before:
        before["case"] = places["case", before["case"]]
    if "unheard" in before:
        before["unheard"] = [places["case", pk] for pk in before["unheard"]]
    if "about" in before:
        kind, pk = before["about"].strip("/").split("/")[-2:]
        before["about"] = places[kind, int(pk)]
    return before
