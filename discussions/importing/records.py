"""An archive's objects as records: every field checked, every text tidy.

Only what the importer needs, in types that SQLite keeps; times are whole seconds since 1970.
"""

import re
import time
from typing import Any, NamedTuple

from discussions.importing.texts import link, tidy, tidy_title
from discussions.models.comments import TEXT_MAX_LENGTH as COMMENT_MAX_LENGTH
from discussions.models.posts import TEXT_MAX_LENGTH as POST_MAX_LENGTH
from discussions.models.posts import TITLE_MAX_LENGTH

LARGEST_SCORE = 2**31 - 1
NOBODY = ""
DELETED, REMOVED = "deleted", "removed"

_ID = re.compile(r"[0-9A-Za-z]{1,24}", re.ASCII)
_FULL_ID = re.compile(r"(t[13])_([0-9A-Za-z]{1,24})", re.ASCII)
_THREAD_PATH = re.compile(r"/comments/([0-9a-z]{1,24})(?:/|\Z)", re.ASCII)
_REMOVED = re.compile(r"\[ ?removed(?: by reddit[^\]]*)?\]", re.IGNORECASE)
_NO_AUTHOR = {"", "[deleted]", "[removed]"}
_DAY = 24 * 60 * 60  # seconds


class Malformed(ValueError):
    """A field is missing or is not what it must be; the message names it."""


class Submission(NamedTuple):
    """A post. `url` is "" for a text post, `author` for nobody."""

    id: str
    board: str
    author: str
    created: int
    edited: int | None
    score: int
    state: str
    text: str
    title: str
    url: str
    locked: bool


class Remark(NamedTuple):
    """A comment. `parent` is "" where it answers the post."""

    thread: str
    id: str
    parent: str
    author: str
    created: int
    edited: int | None
    score: int
    state: str
    text: str


def submission(raw: dict[str, Any]) -> Submission:
    """Raises Malformed."""
    post_id, created = _identifier(raw), _created(raw)
    state, text = _state(_string(raw, "selftext", ""), POST_MAX_LENGTH)
    address = "" if state == DELETED or _is_text_post(raw, post_id) else _string(raw, "url", "")
    url = link(address)
    if address and not url and not state:
        text = tidy(f"{address}\n\n{text}", POST_MAX_LENGTH)
    return Submission(
        id=post_id,
        board=_string(raw, "subreddit"),
        author=_author(raw),
        created=created,
        edited=_edited(raw, created),
        score=_score(raw),
        state=state,
        text=text,
        title=tidy_title(_string(raw, "title"), TITLE_MAX_LENGTH) or "[no title]",
        url=url,
        locked=raw.get("locked") is True,
    )


def remark(raw: dict[str, Any]) -> Remark:
    """Raises Malformed."""
    created, thread = _created(raw), _thread(raw)
    state, text = _state(_string(raw, "body"), COMMENT_MAX_LENGTH)
    return Remark(
        thread=thread,
        id=_identifier(raw),
        parent=_parent(raw, thread),
        author=_author(raw),
        created=created,
        edited=_edited(raw, created),
        score=_score(raw),
        state=state,
        text=text,
    )


def base36(number: int) -> str:
    """An id as Reddit writes it."""
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"


def _string(raw: dict[str, Any], name: str, default: str | None = None) -> str:
    value = raw.get(name)
    if value is None and default is not None:
        return default
    if value is None:
        raise Malformed(f"no {name}")
    if not isinstance(value, str):
        raise Malformed(f"{name} is not a text")
    return value


def _number(name: str, value: Any) -> float:
    """A number, also one written as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Malformed(f"{name} is not a number")
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise Malformed(f"{name} is not a number") from None


def _identifier(raw: dict[str, Any]) -> str:
    value = _string(raw, "id")
    if not _ID.fullmatch(value):
        raise Malformed("id is not an id")
    return value


def _author(raw: dict[str, Any]) -> str:
    if "author" not in raw:
        raise Malformed("no author")
    name = _string(raw, "author", NOBODY)
    return NOBODY if name in _NO_AUTHOR else name


def _seconds(name: str, value: Any) -> int:
    number = _number(name, value)
    # A date to come would stay on top of every list.
    if not 0 <= number <= time.time() + _DAY:
        raise Malformed(f"{name} is not a time from 1970 until now")
    return int(number)


def _created(raw: dict[str, Any]) -> int:
    if raw.get("created_utc") is None:
        raise Malformed("no created_utc")
    return _seconds("created_utc", raw["created_utc"])


def _edited(raw: dict[str, Any], created: int) -> int | None:
    """When it was edited. Old archives say only that it was."""
    value = raw.get("edited")
    if not value:
        return None
    return created if value is True else _seconds("edited", value)


def _score(raw: dict[str, Any]) -> int:
    """The score; 1, with which everything starts, where the archive has none."""
    if raw.get("score") is None:
        return 1
    number = _number("score", raw["score"])
    if not -LARGEST_SCORE <= number <= LARGEST_SCORE:
        raise Malformed("score is out of range")
    return int(number)


def _state(text: str, longest: int) -> tuple[str, str]:
    """Whether a text stands, was deleted or removed; and the text."""
    mark = text.strip()
    if mark == "[deleted]":
        return DELETED, ""
    if _REMOVED.fullmatch(mark):
        return REMOVED, ""
    return "", tidy(text, longest)


def _is_text_post(raw: dict[str, Any], post_id: str) -> bool:
    """Old archives don't say; there a text post's address is that of its own thread."""
    if isinstance(raw.get("is_self"), bool):
        return bool(raw["is_self"])
    path = _THREAD_PATH.search(_string(raw, "url", ""))
    return not raw.get("url") or (path is not None and path[1] == post_id)


def _thread(raw: dict[str, Any]) -> str:
    """The id of the post. Old archives may hold it as a number, or in the comment's address."""
    link = raw.get("link_id")
    if isinstance(link, int) and not isinstance(link, bool) and link > 0:
        return base36(link)
    if link is None:
        path = _THREAD_PATH.search(_string(raw, "permalink", ""))
        if path:
            return path[1]
        raise Malformed("no link_id")
    full = _FULL_ID.fullmatch(link) if isinstance(link, str) else None
    if full is None or full[1] != "t3":
        raise Malformed("link_id is not the id of a post")
    return full[2]


def _parent(raw: dict[str, Any], thread: str) -> str:
    """The id of the comment replied to. Old archives have none for the post, or a number."""
    parent = raw.get("parent_id")
    if parent is None or parent == "":
        return ""
    if isinstance(parent, int) and not isinstance(parent, bool) and parent > 0:
        found = base36(parent)
        return "" if found == thread else found
    full = _FULL_ID.fullmatch(parent) if isinstance(parent, str) else None
    if full is None:
        raise Malformed("parent_id is not an id")
    return "" if full[1] == "t3" else full[2]
