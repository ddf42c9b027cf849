"""The public log of a board, and its feed."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import delete_account
from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import delete_comment
from discussions.actions.posts import delete_post, submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation import modlog
from moderation.actions import appeals, content, people
from moderation.actions.batches import ban_and_remove, undo_batch
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.actions.undo import undo
from moderation.models import Act, Appeal, DeskSettings
from moderation.models.log import Verb
from paging.tests.lasting import analyze
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
        "moe banned ben for good",
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


def told(client: Client, query: str = "") -> list[str]:
    return [entry.sentence for entry in client.get(LOG + query).context["page"].rows]


def test_texts_are_named_to_those_who_may_read_them(
    a: Board, post: Post, comment: Comment, ann: Member, ben: Member, mo: Member
) -> None:
    content.set_locked(post, By(mo), locked=True)
    content.set_locked(comment, By(mo), locked=True)
    full = ["moe locked a comment by ann on “A first post”", "moe locked the post “A first post”"]
    assert told(Client()) == full
    content.remove(comment, By(mo))
    assert told(Client())[1:] == ["moe locked a comment on “A first post”", full[1]]
    content.remove(post, By(mo))
    assert told(Client())[-2:] == ["moe locked a comment", "moe locked a post"]
    for who in (ben, ann, mo):
        client = signed_in(who)
        assert (told(client)[-2:] == full) is (who != ben)
        for address in (LOG, FEED):
            assert ("A first post" in client.get(address).content.decode()) is (who != ben)
    content.restore(comment, By(mo))
    assert told(Client())[-2:] == ["moe locked a comment by ann", "moe locked a post"]


def test_what_the_author_deleted_is_named_to_nobody(
    post: Post, comment: Comment, ann: Member, mo: Member
) -> None:
    content.set_locked(comment, By(mo), locked=True)
    content.set_locked(post, By(mo), locked=True)
    delete_comment(author=ann, comment=comment)
    delete_post(author=ann, post=post)
    for client in (Client(), signed_in(mo), signed_in(ann)):
        assert told(client) == ["moe locked a post", "moe locked a comment"]


def test_a_title_is_escaped(a: Board, ann: Member, mo: Member) -> None:
    made = submit_post(author=ann, board=a, title="<b>x</b> & y")
    content.set_locked(made, By(mo), locked=True)
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y" in Client().get(LOG).content.decode()
    feed = ElementTree.fromstring(Client().get(FEED).content)  # noqa: S314 (our own)
    assert feed.findtext("{*}entry/{*}title") == "moe locked the post “<b>x</b> & y”"


def test_a_batch_is_one_line_that_opens_to_all(
    a: Board, post: Post, comment: Comment, ann: Member, mo: Member
) -> None:
    others = [submit_post(author=ann, board=a, title=f"{n}") for n in range(3)]
    content.set_labels(others[0], By(mo), nsfw=True, spoiler=False)
    batch = ban_and_remove(ann, a, By(mo))
    lines = told(Client())
    assert lines == [
        "moe removed as spam a comment and 4 more",
        "moe banned ann for good",
        "moe labelled as NSFW a post",
    ]
    page = Client().get(LOG).content.decode()
    way = f"?verb=spam&amp;batch={batch}"
    assert f'href="{way}"' in page
    assert told(Client(), way.replace("&amp;", "&")) == [
        "moe removed as spam a comment",
        *["moe removed as spam a post"] * 4,
    ]
    assert len(told(Client(), f"?batch={batch}")) == 6
    assert told(Client(), "?verb=spam") == lines[:1]
    assert undo_batch(batch, By(mo)) == (6, 0)
    assert told(Client())[0].endswith(" and 5 more")
    assert len(told(Client())) == 4
    assert Client().get(f"{LOG}?batch=x").status_code == 400


def test_a_batch_in_pages_keeps_what_was_asked(
    a: Board, post: Post, ann: Member, mo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        submit_post(author=ann, board=a, title=f"{number}")
    batch = ban_and_remove(ann, a, By(mo))
    monkeypatch.setattr(modlog, "PAGE_SIZE", 2)
    answer = Client().get(f"{LOG}?verb=spam&batch={batch}")
    onward = answer.context["page"].after
    way = f"?verb=spam&amp;batch={batch}&amp;after={quote(onward)}"
    assert f'href="{way}"' in answer.content.decode()
    assert len(told(Client(), way.replace("&amp;", "&"))) == 2


def test_private_acts_of_a_batch_hide_no_public_ones(
    a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    """What takes back a warning is private, what takes back a removal is not."""
    report(reporter=ben, board=a, target=ann, reason="Rude.")
    by = By(mo, batch=uuid4())
    removal = content.remove(post, by)
    warning = people.warn(ann, a, by, reason="x")
    assert removal is not None
    for act in (warning, removal):
        undo(act, By(mo, batch=by.batch))
    assert told(Client()) == [
        "moe took back the removal of the post “A first post”",
        "moe removed the post “A first post”",
    ]


def test_ids_of_the_feed_are_uris_that_stay(
    a: Board, post: Post, comment: Comment, ann: Member, ben: Member, mo: Member, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://board.example:8443"
    batch = ban_and_remove(ann, a, By(mo))
    people.ban(ben, a, By(mo))

    def ids() -> list[str | None]:
        feed = ElementTree.fromstring(Client().get(FEED).content)  # noqa: S314 (our own)
        return [entry.findtext("{*}id") for entry in feed.findall("{*}entry")]

    start = f"tag:board.example,{a.created_at:%Y-%m-%d}:modlog/{a.pk}"
    alone = Act.objects.get(member=ben)
    before = [
        f"{start}/act/{alone.pk}", f"{start}/batch/{batch}/spam", f"{start}/batch/{batch}/ban",
    ]  # fmt: skip
    assert ids() == before
    made = submit_post(author=mo, board=a, title="x")
    content.remove(made, By(mo, batch=batch), spam=True)
    assert sorted(map(str, ids())) == sorted(before)


def test_the_feed_s_queries_do_not_grow(a: Board, ann: Member, mo: Member) -> None:
    costs = []
    for many in (2, 20):
        for number in range(many):
            made = submit_post(author=ann, board=a, title=f"{number}")
            content.set_locked(made, By(mo), locked=True)
        with CaptureQueriesContext(connection) as queries:
            Client().get(FEED)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_pages_do_not_walk_through_batches_again_and_again(
    a: Board, post: Post, mo: Member
) -> None:
    for _batch in range(4):
        batch = uuid4()
        Act.objects.bulk_create(
            Act(board=a, actor=mo, verb=Verb.SPAM, post=post, batch=batch) for _ in range(500)
        )
    analyze()
    assert told(Client()) == ["moe removed as spam the post “A first post” and 499 more"] * 4
    # What is passed over, and once more to count.
    reading = read_by(lambda: Client().get(LOG))
    assert reading.rows <= 2_000
    assert reading.steps <= 500_000
    assert reading.statements <= 20


def test_where_batches_follow_each_other_a_page_is_shorter_and_leads_on(
    a: Board, post: Post, mo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modlog, "PAGE_SIZE", 2)
    monkeypatch.setattr(modlog, "READS", 2)
    for number in range(5):
        batch = uuid4()
        Act.objects.bulk_create(
            Act(board=a, actor=mo, verb=Verb.SPAM, post=post, batch=batch, reason=f"{number}")
            for _ in range(4)
        )
    seen, after = [], ""
    while True:
        page = Client().get(LOG, {"after": after}).context["page"]
        seen += [(entry.act.reason, entry.more) for entry in page.rows]
        after = page.after
        if not after:
            break
    assert seen == [(str(number), 3) for number in reversed(range(5))]


def test_that_a_board_passed_to_an_heir_is_told_plainly(a: Board, amy: Member, mo: Member) -> None:
    delete_account(member=mo)
    assert told(Client()) == ["The board passed to amy, since it had no owner any more"]
    page = Client().get(LOG).content.decode()
    assert "The board passed to amy" in page
    assert "a moderator appointed" not in page


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
