"""The public log of a board, and its feed."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import appeals, content, people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act, Appeal, DeskSettings
from moderation.models.log import Verb
from paging.tests.plans import read_by

LOG = "/b/board_a/modlog/"
FEED = f"{LOG}feed/"
ANSWERED = (Appeal.State.UPHELD, Appeal.State.OVERTURNED)


@pytest.fixture
def log(a: Board, post: Post, comment: Comment, mo: Member, ann: Member, ben: Member) -> None:
    report(reporter=ben, board=a, target=comment, reason="told by ben")
    content.remove(comment, By(mo), reason="Rude.", note="a quiet note")
    content.remove(post, By(mo), reason="Off topic.")
    people.warn(ann, a, By(mo), reason="a warning")
    people.note(ann, a, By(mo), text="a note")
    people.ban(ben, a, By(mo), reason="Ads.")


@pytest.mark.parametrize("address", [LOG, FEED])
def test_it_tells_what_was_done_and_no_word_of_it(log: None, address: str) -> None:
    page = Client().get(address).content.decode()
    for told in ("Rude.", "Off topic.", "Ads.", "moe", "banned", "ben"):
        assert told in page
    for kept in (
        "A first post",
        "a-first-post",
        "A first comment",
        "Its text",
        "/u/ann",
        "moe warned",
        "told by",
        "a quiet note",
        "a warning",
        "a note",
    ):
        assert kept not in page, kept


@pytest.mark.parametrize("address", [LOG, FEED])
def test_a_board_may_hide_its_moderators(log: None, a: Board, mo: Member, address: str) -> None:
    DeskSettings.objects.create(board=a, names_moderators=False)
    page = Client().get(address).content.decode()
    listed = page.partition("<ol")[2].partition("</ol>")[0] if address == LOG else page
    assert "moe" not in listed
    assert "a moderator" in listed
    assert "moe" in signed_in(mo).get(address).content.decode()


@pytest.mark.parametrize("address", ["/b/board_p/modlog/", "/b/board_p/modlog/feed/"])
def test_a_private_board_s_log_is_private(p: Board, address: str, ben: Member, pam: Member) -> None:
    assert Client().get(address).status_code == 404
    assert signed_in(ben).get(address).status_code == 404
    assert signed_in(pam).get(address).status_code == 200
    assert Client().post(LOG).status_code == 405


def test_it_is_filtered_by_what_was_done(log: None) -> None:
    page = Client().get(f"{LOG}?verb=ban")
    assert [entry.act.verb for entry in page.context["page"].rows] == ["ban"]
    for wrong in ("warn", "note", "nonsense"):
        assert Client().get(f"{LOG}?verb={wrong}").status_code == 400
    assert Client().get(f"{LOG}?after=x").status_code == 400


def test_the_feed_is_atom(log: None) -> None:
    answer = Client().get(FEED)
    assert answer["Content-Type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(answer.content).findall("{*}entry")  # noqa: S314 (our own)
    assert [entry.findtext("{*}title") for entry in entries] == [
        "moe banned ben",
        "moe removed a post",
        "moe removed a comment",
    ]


def test_the_feed_holds_whatever_was_typed(a: Board, post: Post, mo: Member) -> None:
    reason = "bad \x08 thing\x1b\n<img src=x onerror=alert(1)>"
    content.remove(post, By(mo, rule="a\x0bb"), reason=reason, note="a\x00b")
    assert (Act.objects.get().reason, Act.objects.get().note) == (
        "bad  thing\n<img src=x onerror=alert(1)>", "ab",
    )  # fmt: skip
    # As the log may hold from before.
    old = "old \x08 <b>"
    Act.objects.create(board=a, actor=mo, verb=Verb.REMOVE, post=post, reason=old)
    answer = Client().get(FEED)
    assert answer.status_code == 200
    entries = ElementTree.fromstring(answer.content).findall("{*}entry")  # noqa: S314 (our own)
    assert [entry.findtext("{*}summary") for entry in entries] == [
        "<p>old  &lt;b&gt;</p>",
        "<p>bad  thing<br>&lt;img src=x onerror=alert(1)&gt;</p>",
    ]


@pytest.mark.parametrize("verb", ["", "remove"])
def test_each_page_costs_the_same(a: Board, post: Post, mo: Member, verb: str) -> None:
    now = timezone.now()
    Act.objects.bulk_create(
        Act(
            board=a,
            actor=mo,
            verb=Verb.REMOVE if n % 20 == 0 else Verb.APPROVE,
            post=post,
            member_id=post.author_id,
            at=now,
        )
        for n in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    after, seen = "", set()
    for _page in range(3):
        query = {"after": after, "verb": verb}
        read_by(lambda q=query: Client().get(LOG, q)).assert_at_most(120, of="moderation_act")
        page = Client().get(LOG, query).context["page"]
        seen |= {entry.act.pk for entry in page.rows}
        after = page.after
        if not after:
            break
    assert len(seen) == 150


@pytest.mark.parametrize("address", [LOG, FEED])
@pytest.mark.parametrize("state", [*ANSWERED, "undone"])
def test_what_follows_a_warning_is_as_private(
    state: str,
    address: str,
    a: Board,
    post: Post,
    ann: Member,
    ben: Member,
    mo: Member,
    amy: Member,
) -> None:
    assert report(reporter=ben, board=a, target=ann, reason="Rude.")
    warning = people.warn(ann, a, By(amy), reason="Mind.")
    removal = content.remove(post, By(amy))
    assert removal is not None
    if state == "undone":
        undo(warning, By(mo), reason="what it was about")
    else:
        for act, answer in ((warning, "what it was about"), (removal, "for all to read")):
            made = appeals.appeal(member=ann, act=act, text="Why?")
            appeals.decide(made, By(mo), Appeal.State(state), answer=answer)
    page = Client().get(address).content.decode()
    assert "what it was about" not in page
    assert "removed" in page
    assert ("for all to read" in page) is (state != "undone")
    assert Act.objects.public().count() == (1 if state == "undone" else 2)
