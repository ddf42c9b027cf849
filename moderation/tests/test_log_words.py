"""The mod log says what was done: as what, by which rule, what was taken back."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content, people
from moderation.actions.batches import ban_and_remove
from moderation.actions.log import By
from moderation.actions.reports import mute_reporter, report
from moderation.actions.undo import undo
from moderation.models import Act, AutoRule

LOG = "/b/board_a/modlog/"


@pytest.fixture
def log() -> Any:
    return lambda client=None: (client or Client()).get(LOG).content.decode()


def test_a_sweep_tells_of_the_ban_and_of_the_texts(
    a: Board, ben: Member, amy: Member, log: Any
) -> None:
    for n in range(60):
        submit_post(author=ben, board=a, title=f"Ad {n}", text="Buy.")
    ban_and_remove(ben, a, By(amy))
    page = log()
    assert "and 59 more" in page
    assert 'banned <a href="/u/ben/">' in page
    assert "</a> for good" in page


def test_whose_reports_count_is_no_public_matter(
    a: Board, post: Post, ben: Member, amy: Member, log: Any
) -> None:
    made = report(reporter=ben, board=a, target=post, reason="Ads.")
    assert made is not None
    mute_reporter(made, By(amy), handle="abc")
    assert Act.objects.get().note == "reports of abc: muted"
    assert 'class="meta">· ' not in log()


@pytest.mark.parametrize(
    ("of_site", "told", "kept"),
    [(False, "the rule “Cheap pills”", "of the site"), (True, "a rule of the site", "Cheap")],
)
def test_the_rule_is_named(
    of_site: bool, told: str, kept: str, a: Board, ben: Member, log: Any
) -> None:
    AutoRule.objects.create(
        board=None if of_site else a, name="Cheap pills", words="cheap", deed="hold", is_active=True
    )
    made = submit_post(author=ben, board=a, title="Cheap ones", text="x")
    for page in (log(), signed_in(ben).get(made.get_absolute_url()).content.decode()):
        assert told in page
        assert kept not in page.replace("Cheap ones", "")


def test_labels_and_what_was_taken_back_are_named(
    a: Board, post: Post, comment: Comment, ben: Member, amy: Member, log: Any
) -> None:
    content.set_labels(post, By(amy), nsfw=True, spoiler=False)
    content.set_labels(post, By(amy), nsfw=True, spoiler=True)
    content.set_labels(post, By(amy), nsfw=False, spoiler=True)
    removal = content.remove(comment, By(amy))
    assert removal is not None
    undone = undo(removal, By(amy))
    undo(people.ban(ben, a, By(amy)), By(amy))
    page = log()
    for told in (
        "labelled as NSFW <a",
        "labelled as a spoiler <a",
        "labelled no more as NSFW <a",
        "took back the removal of <a",
        "took back the ban of <a",
    ):
        assert told in page
    page = signed_in(amy).get(f"/acts/{undone.pk}/").content.decode()
    assert "<title>took back the removal of" in page


def test_undo_is_offered_where_it_can_be(
    a: Board, post: Post, comment: Comment, ben: Member, amy: Member, mo: Member, log: Any
) -> None:
    client = signed_in(amy)
    first = content.remove(comment, By(amy))
    assert first is not None
    assert log(client).count(">details, undo<") == 1
    undo(first, By(amy))
    assert log(client).count(">details, undo<") == 0
    assert log(client).count(">details<") == 2
    people.ban(ben, a, By(mo))  # an owner's, which amy can't take back
    assert log(client).count(">details, undo<") == 0
    assert log(signed_in(mo)).count(">details, undo<") == 1
    people.ban(ben, a, By(mo), reason="Again.")  # in place of the first
    assert log(signed_in(mo)).count(">details, undo<") == 1
    assert "undo" not in log(signed_in(ben)).split("<ol", 1)[1].split("</ol>")[0]


def test_the_page_of_an_act_shows_no_columns(a: Board, post: Post, mo: Member) -> None:
    act = content.remove(post, By(mo), reason="Off topic.")
    assert act is not None
    assert act.before
    page = signed_in(mo).get(f"/admin/moderation/act/{act.pk}/change/").content.decode()
    assert "Off topic." in page
    assert "removed_by_id" not in page
