"""The rows of a file, judged and written."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.models import Member
from accounts.names import MAX_LENGTH, PATTERN
from boards.models import Board
from boards.names import validate_name
from discussions import bulk, ranking
from discussions.importing.rendering import to_html
from discussions.importing.texts import is_followed
from discussions.models import Post
from moderation.carrying import acts as kept_columns
from moderation.carrying.shapes import Arrival, Kind, Line, Row
from moderation.carrying.values import Malformed
from moderation.models.log import ABOUT_MEMBERS, Verb
from moderation.models.rules import RULES_PER_BOARD

ROLES = {"", "moderator", "owner", "staff"}
_SOURCE = re.compile(r"t[13]_[0-9A-Za-z]{1,24}", re.ASCII)


def rows(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    """Write rows as they are."""
    insert(arrival, kind, found, [row.values for row in found])


def insert(
    arrival: Arrival, kind: Kind, found: Sequence[Row], values: Sequence[Mapping[str, Any]]
) -> None:
    """Write rows of a kind with these values, and what they don't name as the model has it."""
    others = _defaults(kind.model)
    if "board_id" in others:
        others["board_id"] = arrival.board.pk
    new = _new_ids(arrival, kind, found)
    arrival.counts[kind.name] += len(values)
    if not arrival.rehearses:
        full = [others | key | dict(each) for key, each in zip(new, values, strict=True)]
        bulk.insert(kind.model, full)


def _new_ids(arrival: Arrival, kind: Kind, found: Sequence[Row]) -> list[dict[str, int]]:
    if not kind.numbered:
        return [{} for _ in found]
    known = arrival.ids.find(kind.name, [row.old for row in found])
    return [{"id": known[row.old]} for row in found]


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    """A value for each column: COPY knows of none that Django gives."""
    now = timezone.now()
    return {
        column.attname: now if getattr(column, "auto_now", False) else column.get_default()
        for column in model._meta.concrete_fields
        if not column.primary_key and not column.generated
    }


def board(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    values = dict(found[0].values)
    values["name"] = arrival.name or values["name"]
    texts = {f"{name}_html": to_html(values[name]) for name in ("description", "rules")}
    arrival.board = Board(**values, **texts)
    if not arrival.rehearses:
        arrival.board.save(force_insert=True)
    arrival.counts["board"] += 1


def moderators(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    """Only those who are known to be the same here, and can sign in, look after the board."""
    trusted: set[int] = set()
    if arrival.same_site:
        members = Member.objects.filter(pk__in=[row.values["member_id"] for row in found])
        able = members.filter(is_active=True, imported=False)
        trusted = set(able.values_list("pk", flat=True))
    kept = [row for row in found if row.values["member_id"] in trusted]
    arrival.counts["moderators left out"] += len(found) - len(kept)
    arrival.owners += sum(row.values["is_owner"] for row in kept)
    rows(arrival, kind, kept, html)


def auto_rules(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    if arrival.counts[kind.name] + len(found) > RULES_PER_BOARD:
        raise Malformed(f"there are more than {RULES_PER_BOARD} rules")
    rows(arrival, kind, found, html)


def posts(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    here = sources_here(Post, found)
    insert(arrival, kind, found, [
        _post(row.values, text, here) for row, text in zip(found, html, strict=True)
    ])  # fmt: skip


def _post(values: Line, html: str, here: set[str]) -> Line:
    post = Post()
    post.set_title(values["title"])
    post.set_url(values["url"])
    addressed = {
        name: getattr(post, name) for name in ("title", "slug", "url", "domain", "link_key")
    }
    return values | content(values, html, here) | addressed


def content(values: Line, html: str, here: set[str]) -> Line:
    """What follows from the columns of a text; the file's points stand without votes."""
    ups, downs = values["ups"], values["downs"]
    return {
        "html": html,
        "score": ups - downs,
        "base_score": ups - downs,
        "base_pairs": min(ups, downs),
        "controversy": ranking.controversy(ups, downs),
        "source_id": None if values["source_id"] in here else values["source_id"],
    }


def sources_here(model: Any, found: Sequence[Row]) -> set[str]:
    """Which of the texts came from an archive that was read here too."""
    sources = [row.values["source_id"] for row in found if row.values["source_id"]]
    taken = model.objects.filter(source_id__in=sources) if sources else model.objects.none()
    return set(taken.values_list("source_id", flat=True))


def votes(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    arrival.has_votes = True
    rows(arrival, kind, found, html)


def acts(arrival: Arrival, kind: Kind, found: Sequence[Row], html: Sequence[str]) -> None:
    insert(arrival, kind, found, [_act(arrival, row.values) for row in found])


def _act(arrival: Arrival, values: Line) -> Line:
    """What is not there any more can't be changed back, neither alone nor in its batch."""
    lost = values.pop("lost", False) and values["verb"] not in ABOUT_MEMBERS
    try:
        before = {} if lost else kept_columns.read(values, arrival.find, arrival.board.pk)
    except Malformed:
        before = {}
    if not before and (values["before"] or values["verb"] in (Verb.REMOVE, Verb.SPAM)):
        arrival.counts["acts that can't be taken back"] += 1
        values["batch"] = None
    elif values["batch"] is not None:
        values["batch"] = uuid5(arrival.batches, str(values["batch"]))
    return values | {"before": before}


def some_object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed("is not an object")
    return value


def judge_member(values: Line) -> None:
    name = values["username"]
    if len(name) > MAX_LENGTH or not PATTERN.fullmatch(name):
        raise Malformed("username: can't be a member's name")


def judge_board(values: Line) -> None:
    judge_title(values)
    try:
        validate_name(values["name"])
    except ValidationError as error:
        raise Malformed("name: " + " ".join(error.messages)) from None


def judge_title(values: Line) -> None:
    if not values["title"]:
        raise Malformed("title: is missing")


def judge_text(values: Line) -> None:
    """Whoever deleted a text meant its words to be gone."""
    if values["deleted_at"] is not None:
        values["text"] = ""
    if values["is_held"] and values["removed_at"] is None:
        raise Malformed("is_held: only a removed text is held")
    source = values["source_id"]
    if source is not None and not _SOURCE.fullmatch(source):
        raise Malformed("source_id: is not an archive's id")


def judge_post(values: Line) -> None:
    judge_title(values)
    judge_text(values)
    if values["url"] and not is_followed(values["url"]):
        raise Malformed("url: is no address that begins with http:// or https://")


def judge_act(values: Line) -> None:
    if values["role"] not in ROLES:
        raise Malformed("role: is not a role")
