"""importing.records: an archive's fields, which differ by year and may hold anything."""

import time
from typing import Any

import pytest

from discussions.importing.records import Malformed, base36, remark, submission
from discussions.tests import archives
from discussions.tests.archives import DATE


@pytest.mark.parametrize("date", [DATE, float(DATE), str(DATE), f"{DATE}.0"])
def test_a_date_may_be_any_kind_of_number(date: Any) -> None:
    assert remark(archives.remark("c1", created_utc=date)).created == DATE


@pytest.mark.parametrize(
    ("edited", "expected"), [(False, None), (None, None), (True, DATE), (DATE + 9.0, DATE + 9)]
)
def test_an_edit_may_have_a_date_or_not(edited: Any, expected: int | None) -> None:
    assert submission(archives.submission(created_utc=DATE, edited=edited)).edited == expected


@pytest.mark.parametrize("score", [7, 7.0, "7"])
def test_a_score_may_be_any_kind_of_number(score: Any) -> None:
    assert remark(archives.remark("c1", score=score)).score == 7


def test_a_hidden_score_is_where_everything_starts() -> None:
    assert remark(archives.remark("c1", score=None)).score == 1


@pytest.mark.parametrize("author", [None, "[deleted]", ""])
def test_a_deleted_author_is_nobody(author: str | None) -> None:
    assert remark(archives.remark("c1", author=author)).author == ""


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("[deleted]", "deleted"),
        (" [deleted]\n", "deleted"),
        ("[removed]", "removed"),
        ("[ Removed by Reddit ]", "removed"),
        ("[ Removed by reddit in response to a copyright notice. ]", "removed"),
    ],
)
def test_a_text_that_is_gone_leaves_its_mark(text: str, state: str) -> None:
    found = remark(archives.remark("c1", body=text))
    assert (found.state, found.text) == (state, "")


def test_words_about_marks_are_words() -> None:
    found = remark(archives.remark("c1", body="[deleted] is what it says"))
    assert (found.state, found.text) == ("", "[deleted] is what it says")


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ("t3_p1", ""),
        ("t1_c9", "c9"),
        (None, ""),
        (int("p1", 36), ""),
        (int("c364mzp", 36), "c364mzp"),
    ],
)
def test_a_parent_may_be_a_number_or_missing(parent: Any, expected: str) -> None:
    assert remark(archives.remark("c1") | {"parent_id": parent}).parent == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"link_id": "t3_abc"},
        {"link_id": int("abc", 36)},
        {"link_id": None, "permalink": "/r/gardens/comments/abc/title/c1/"},
    ],
)
def test_the_post_may_be_named_in_three_ways(fields: dict[str, Any]) -> None:
    assert remark(archives.remark("c1") | fields).thread == "abc"


@pytest.mark.parametrize("name", ["id", "author", "title", "created_utc", "subreddit"])
def test_a_post_needs_these_fields(name: str) -> None:
    raw = archives.submission()
    del raw[name]
    with pytest.raises(Malformed, match=f"no {name}"):
        submission(raw)


@pytest.mark.parametrize("name", ["id", "author", "body", "created_utc", "link_id"])
def test_a_comment_needs_these_fields(name: str) -> None:
    raw = archives.remark("c1")
    del raw[name]
    with pytest.raises(Malformed, match=f"no {name}"):
        remark(raw)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 5),
        ("id", ""),
        ("id", "c1; drop table"),
        ("id", "x" * 40),
        ("author", ["ann"]),
        ("body", {"text": "no"}),
        ("body", 5),
        ("link_id", "t1_p1"),
        ("link_id", "p1"),
        ("link_id", True),
        ("parent_id", "t5_x"),
        ("parent_id", ["t1_c1"]),
        ("created_utc", "yesterday"),
        ("created_utc", True),
        ("created_utc", -5),
        ("created_utc", float("nan")),
        ("created_utc", float("inf")),
        ("created_utc", 10**400),
        ("score", "many"),
        ("score", [1]),
        ("score", 2**31),
        ("score", float("nan")),
        ("edited", "often"),
    ],
)
def test_a_wrong_type_is_named(name: str, value: Any) -> None:
    with pytest.raises(Malformed, match=name):
        remark(archives.remark("c1") | {name: value})


def test_a_date_to_come_is_wrong() -> None:
    """It would stay on top of every list."""
    with pytest.raises(Malformed, match="created_utc is not a time from 1970 until now"):
        remark(archives.remark("c1", created_utc=time.time() + 7 * 24 * 60 * 60))


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"is_self": False, "url": "https://a.example/"}, "https://a.example/"),
        ({"is_self": None, "url": "https://a.example/"}, "https://a.example/"),
        ({"is_self": True, "url": "https://a.example/"}, ""),
        ({"is_self": None, "url": "http://www.reddit.com/r/gardens/comments/p1/a/"}, ""),
        ({"is_self": None, "url": None}, ""),
        (
            {"is_self": None, "url": "https://www.reddit.com/r/gardens/comments/p2/a/"},
            "https://www.reddit.com/r/gardens/comments/p2/a/",
        ),
    ],
)
def test_old_archives_tell_text_posts_by_their_address(fields: dict[str, Any], url: str) -> None:
    assert submission(archives.submission("p1", **fields)).url == url


def test_a_link_post_keeps_its_text() -> None:
    found = submission(archives.submission(is_self=False, url="https://a.example/", selftext="Why"))
    assert (found.url, found.text) == ("https://a.example/", "Why")


def test_an_address_that_is_none_goes_into_the_text() -> None:
    found = submission(archives.submission(is_self=False, url="ftp://a.example/", selftext="Why"))
    assert (found.url, found.text) == ("", "ftp://a.example/\n\nWhy")


def test_a_deleted_link_post_leads_nowhere() -> None:
    fields = {"is_self": False, "url": "https://a.example/", "selftext": "[deleted]"}
    assert submission(archives.submission(**fields)).url == ""


def test_a_post_without_words_in_its_title_says_so() -> None:
    assert submission(archives.submission(title=" \n ")).title == "[no title]"


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (35, "z"), (36, "10"), (46655, "zzz")])
def test_ids_are_numbers_to_the_base_of_36(number: int, text: str) -> None:
    assert base36(number) == text
    assert int(text, 36) == number
