"""What an act of the log keeps of columns, by which it can be taken back.

Whoever takes an act back writes these values into texts and bans. So of a foreign file's only
those are kept which an act of this house could have written; without them the act stands in the
log all the same, and can't be taken back.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from boards.models import Ban
from moderation.carrying.values import Check, Malformed, any_moment, check_of, flag, identifier
from moderation.models.log import ABOUT_MEMBERS, FOLLOWS_PRIVATE, SITE_RULE, UNHEARD, Verb

# The new id of a thing of this kind, None if it did not come.
Find = Callable[[str, int], int | None]

_ABOUT = re.compile(r"board/(\d{1,18})/post/(\d{1,18})/(?:comment/(\d{1,18})/)?", re.ASCII)
_MARKS = (FOLLOWS_PRIVATE, SITE_RULE)
_KEYS = {"before", "after", "case", "about", UNHEARD, *_MARKS}
_REASON = check_of(Ban._meta.get_field("reason"))


def _or_null(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _moment(value: Any) -> str:
    return any_moment(value).isoformat()


_REMOVAL: dict[str, Check] = {
    "removed_at": _or_null(_moment),
    "removed_by_id": _or_null(identifier),
    "is_held": flag,
}
_OF_COMMENTS = {**_REMOVAL, "locked_at": _or_null(_moment)}
_OF_POSTS = {
    **_OF_COMMENTS, "pinned_until": _or_null(_moment), "is_nsfw": flag, "is_spoiler": flag,
}  # fmt: skip


def _ban(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != {"is_mute", "until", "reason"}:
        raise Malformed("is not a ban")
    return {
        "is_mute": flag(value["is_mute"]),
        "until": _or_null(_moment)(value["until"]),
        "reason": _REASON(value["reason"]),
    }


_OF_MEMBERS: dict[str, Check] = {"ban": _or_null(_ban), "subscribed": flag}


def members_in(before: Any) -> Iterator[int]:
    """The ids of members that are named in what an act keeps."""
    for side in ("before", "after"):
        kept = before.get(side) if isinstance(before, dict) else None
        found = kept.get("removed_by_id") if isinstance(kept, dict) else None
        if isinstance(found, int):
            yield found


def read(act: Mapping[str, Any], find: Find, board_id: int) -> dict[str, Any]:
    """What an act keeps, with the new ids. Raises Malformed for what none of ours would keep.

    `act` is a row of the log, its own keys new ones already.
    """
    kept = act["before"]
    if not isinstance(kept, dict) or not kept.keys() <= _KEYS:
        raise Malformed("keeps what no act keeps")
    found: dict[str, Any] = {mark: True for mark in _MARKS if kept.get(mark)}
    if "about" in kept:
        found |= _about(kept["about"], find, board_id)
    if "before" in kept or "after" in kept:
        found |= _columns(act, kept, find)
    if UNHEARD in kept:
        found[UNHEARD] = _cases(kept[UNHEARD], find)
    if "case" in kept and (case := find("case", identifier(kept["case"]))) is not None:
        found["case"] = case
    return found


def _cases(value: Any, find: Find) -> list[int]:
    if not isinstance(value, list):
        raise Malformed("is not a list of cases")
    found = (find("case", identifier(one)) for one in value)
    return [pk for pk in found if pk is not None]


def _columns(act: Mapping[str, Any], kept: dict[str, Any], find: Find) -> dict[str, Any]:
    if act["verb"] in ABOUT_MEMBERS:  # whatever text it was done for
        checks = _OF_MEMBERS
    elif act["post_id"] is not None:
        checks = _OF_POSTS
    else:
        checks = _OF_COMMENTS if act["comment_id"] is not None else _OF_MEMBERS
    before = _side(kept.get("before"), checks, find)
    after = _side(kept.get("after"), checks, find)
    if before.keys() - {"subscribed"} != after.keys() - {"subscribed"}:
        raise Malformed("does not say what it changed")
    is_removal = act["verb"] in (Verb.REMOVE, Verb.SPAM)
    if is_removal and not before.keys() >= _REMOVAL.keys():
        raise Malformed("does not say what it removed")
    return {"before": before, "after": after}


def _side(value: Any, checks: Mapping[str, Check], find: Find) -> dict[str, Any]:
    if not isinstance(value, dict) or not value.keys() <= checks.keys():
        raise Malformed("changes what no act changes")
    found = {name: checks[name](each) for name, each in value.items()}
    if found.get("removed_by_id") is not None:
        found["removed_by_id"] = find("member", found["removed_by_id"])
    return found


def _about(value: Any, find: Find, board_id: int) -> dict[str, str]:
    """The key of the text that a rule wrote a note for."""
    path = _ABOUT.fullmatch(value) if isinstance(value, str) else None
    if path is None:
        raise Malformed("is about no text")
    post = find("post", int(path[2]))
    comment = find("comment", int(path[3])) if path[3] else None
    if post is None or (path[3] and comment is None):
        return {}
    key = f"board/{board_id}/post/{post}/"
    return {"about": f"{key}comment/{comment}/" if comment else key}
