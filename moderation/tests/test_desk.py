"""The review queue: what it shows, what is done from it, and what two at once do."""

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.actions import appoint, make_board
from boards.models import Ban, Board, Moderator
from boards.tests.cast import site_staff
from discussions.actions.comments import edit_comment, reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation import queue
from moderation.actions import content
from moderation.actions.appeals import appeal
from moderation.actions.cases import open_case
from moderation.actions.log import By
from moderation.actions.people import ban, note
from moderation.actions.reports import report
from moderation.models import (
    Act,
    Appeal,
    Case,
    MutedReporter,
    ReasonTemplate,
    Report,
)

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"


@pytest.fixture
def amy(a: Board, mo: Member) -> Member:
    """A second moderator of the board a, who may do what moderators do at first."""
    member = Member.objects.create_user("amy", "a long password")
    appoint(board=a, member=member, by=mo)
    return member


@pytest.fixture
def desk(amy: Member) -> Client:
    return signed_in(amy)


@pytest.fixture
def case(a: Board, post: Post, ben: Member) -> Case:
    """Ben reported Ann's post."""
    made = report(reporter=ben, board=a, target=post, rule="No spam", reason="Sells <b>shoes</b>")
    assert made is not None
    return made.case


def act(client: Client, deed: str, *cases: Case, **fields: Any) -> Any:
    chosen = {"action": deed, "_selected_action": [case.pk for case in cases]}
    return client.post(QUEUE, chosen | {"confirmed": "1", "days": "3"} | fields, follow=True)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- Looking


def test_a_card_tells_what_one_must_know(
    desk: Client,
    case: Case,
    a: Board,
    ann: Member,
    amy: Member,
) -> None:
    note(ann, a, By(amy), text="Was warned by mail.")
    ban(ann, a, By(amy), until=timezone.now() + timedelta(days=1), mute=True)
    page = desk.get(QUEUE).content.decode()
    assert "A first post" in page
    assert "<p>Its text.</p>" in page
    assert "No spam" in page
    assert "Sells &lt;b&gt;shoes&lt;/b&gt;" in page
    assert "Was warned by mail." in page
    assert "Now muted until" in page
    assert 'by <a href="/u/ann/">ann</a>, here for' in page
    assert "ben" not in re.sub(r"[\w-]*member[\w-]*", "", page)


def test_a_comment_comes_with_three_of_its_parents(
    desk: Client,
    a: Board,
    post: Post,
    ann: Member,
    ben: Member,
) -> None:
    parent = None
    for place in range(6):
        parent = reply(author=ann, post=post, parent=parent, text=f"Depth {place}.")
    assert parent is not None
    report(reporter=ben, board=a, target=parent, reason="Rude")
    page = desk.get(QUEUE).content.decode()
    shown = [place for place in range(6) if f"Depth {place}." in page]
    assert shown == [2, 3, 4, 5]
    assert page.index("Depth 2.") < page.index("Depth 3.") < page.index("Depth 5.")


def test_a_removed_parent_is_not_told(
    desk: Client,
    a: Board,
    post: Post,
    ann: Member,
    ben: Member,
    mo: Member,
) -> None:
    parent = reply(author=ann, post=post, text="Gone words.")
    child = reply(author=ann, post=post, parent=parent, text="Child.")
    content.remove(parent, By(mo))
    report(reporter=ben, board=a, target=child, reason="Rude")
    page = desk.get(QUEUE).content.decode()
    assert "Child." in page
    assert "Gone words." not in page


def test_the_last_edit_is_shown_line_by_line(
    desk: Client,
    a: Board,
    comment: Comment,
    ann: Member,
) -> None:
    edit_comment(editor=ann, comment=comment, text="A first comment.\n\n<i>New</i> line.")
    comment.refresh_from_db()
    assert comment.edited_at
    open_case(a, comment, Case.Kind.EDITED)
    page = desk.get(QUEUE, {"queue": "edited"}).content.decode()
    assert "<ins>&lt;i&gt;New&lt;/i&gt; line.</ins>" in page


def test_a_diff_keeps_what_stands_beside_a_change() -> None:
    assert queue.diff("a\nb\nc", "a\nx\nc") == [
        ("at", "…"), ("", "a"), ("del", "b"), ("ins", "x"), ("", "c"),
    ]  # fmt: skip
    assert queue.diff("same", "same") == []


def fill(board: Board, author: Member, first: int, last: int) -> None:
    """Posts of the board with a report each, an hour apart; every tenth of three."""
    now = timezone.now()
    posts = Post.objects.bulk_create(
        Post(board=board, author=author, title=f"T {n}", slug="t", text="x", html="<p>x</p>")
        for n in range(first, last)
    )
    made = Case.objects.bulk_create(
        Case(
            board=board,
            post=one,
            kind=Case.Kind.REPORTED,
            opened_at=now - timedelta(hours=n),
            report_count=3 if n % 10 == 0 else 1,
        )
        for n, one in enumerate(posts, first)
    )
    Report.objects.bulk_create(Report(case=one, reason="Rude") for one in made)


def test_each_sees_the_queue_of_their_boards_in_order(
    desk: Client,
    a: Board,
    ann: Member,
    amy: Member,
) -> None:
    own = make_board(maker=amy, name="own", title="Own")
    strange = make_board(maker=ann, name="strange", title="Strange")
    for place, board in enumerate((a, own, strange, a, own)):
        fill(board, ann, place, place + 1)
    for order, titles in (("", "T 4|T 3|T 1|T 0"), ("reports", "T 0|T 4|T 3|T 1")):
        page = desk.get(QUEUE, {"order": order}).content.decode()
        assert "|".join(re.findall(r'value="\d+"> (T \d)<', page)) == titles
    page = desk.get(QUEUE, {"board": own.pk}).content.decode()
    assert re.findall(r'value="\d+"> (T \d)<', page) == ["T 4", "T 1"]


@pytest.mark.parametrize("boards", [1, 3])
@pytest.mark.parametrize("order", ["", "reports"])
def test_its_pages_hold_each_once(
    desk: Client,
    a: Board,
    ann: Member,
    amy: Member,
    boards: int,
    order: str,
) -> None:
    fill(a, ann, 0, 40)
    for n in range(1, boards):
        fill(make_board(maker=amy, name=f"own_{n}", title="Own"), ann, 0, 40)
    found: list[str] = []
    address = f"{QUEUE}?order={order}"
    for _page in range(10):
        page = desk.get(address).content.decode()
        found += re.findall(r'data-card="(\d+)"', page)
        more = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        if not more:
            break
        address = QUEUE + more[1].replace("&amp;", "&")
    assert len(found) == len(set(found)) == 40 * boards


@pytest.mark.parametrize("query", ["after=x", "after=~", "after=1~2~3", "after=2020-01-01~1"])
def test_a_place_that_there_is_not_is_a_bad_request(desk: Client, query: str) -> None:
    assert desk.get(f"{QUEUE}?{query}").status_code == 400


def test_filters_leave_out(desk: Client, case: Case, amy: Member) -> None:
    def shown(**query: str) -> bool:
        return "data-card" in desk.get(QUEUE, query).content.decode()

    for right, wrong in (
        ({"about": "post"}, {"about": "member"}),
        ({"source": "members"}, {"source": "rules"}),
        ({"claimed": "free"}, {"claimed": "me"}),
        ({}, {"age": "day"}),
        ({"queue": "nonsense", "board": "x"}, {"queue": "held"}),
    ):
        assert shown(**right), right
        assert not shown(**wrong), wrong
    act(desk, "claim", case)
    assert shown(claimed="me")
    assert not shown(claimed="free")


# --- Acting


def test_a_reason_is_asked_first_and_its_text_filled_in(
    desk: Client,
    case: Case,
    a: Board,
    post: Post,
) -> None:
    strange = make_board(maker=Member.objects.create_user("x1x"), name="strange", title="S")
    ReasonTemplate.objects.create(board=strange, title="Strange", text="No.")
    template = ReasonTemplate.objects.create(board=a, title="Selling", text="Do not sell here.")
    page = desk.post(QUEUE, {"one": f"remove:{case.pk}", "nth": "1"})
    assert page.status_code == 200
    assert "Do not sell here.</textarea>" in page.content.decode()
    assert "Strange" not in page.content.decode()
    post.refresh_from_db()
    assert post.removed_at is None
    act(desk, "remove", case, template=template.pk)
    post.refresh_from_db()
    assert post.removed_at
    assert Act.objects.get(verb="remove").reason == "Do not sell here."


def test_a_button_removes_at_once_with_a_reason_at_hand(
    desk: Client, case: Case, a: Board, post: Post
) -> None:
    """Two clicks, without a script: the buttons are of a form that says the rest."""
    template = ReasonTemplate.objects.create(board=a, title="Selling", text="Do not sell here.")
    page = desk.post(QUEUE, {"one": f"remove:{case.pk}"}).content.decode()
    button = (
        f'<button form="at-once" name="template" value="{template.pk}" '
        'aria-label="Remove: Selling">Remove</button>'
    )
    assert button in page
    form = page.split('id="at-once"')[1].split("</form>")[0]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    desk.post(QUEUE, fields | {"template": template.pk})
    post.refresh_from_db()
    assert post.removed_at
    assert Act.objects.get(verb="remove").reason == "Do not sell here."
    ban = desk.post(QUEUE, {"one": f"ban:{case.pk}"}).content.decode()
    assert "at-once" not in ban, "for how long is asked first"


def test_a_reason_of_another_board_is_not_taken(desk: Client, case: Case) -> None:
    strange = make_board(maker=Member.objects.create_user("x1x"), name="strange", title="S")
    template = ReasonTemplate.objects.create(board=strange, title="Strange", text="No.")
    response = act(desk, "remove", case, template=template.pk)
    assert response.context["form"].errors
    assert not Act.objects.exists()


def test_the_rules_are_reasons_and_the_reported_one_is_picked(
    desk: Client, case: Case, a: Board
) -> None:
    Board.objects.filter(pk=a.pk).update(rules="1. No spam\n2. Be kind")
    ReasonTemplate.objects.create(board=a, title="Selling", text="Do not sell here.")
    page = desk.post(QUEUE, {"one": f"remove:{case.pk}"}).content.decode()
    assert 'value="rule:No spam" data-text="No spam" checked' in page
    assert "checked" not in page.split('value="rule:Be kind"')[1].split(">")[0]
    third = desk.post(QUEUE, {"one": f"remove:{case.pk}", "nth": "3"}).content.decode()
    assert "Be kind</textarea>" in third
    on_site = desk.get(f"{case.post.address}reason/").content.decode()
    assert "No spam</textarea>" in on_site
    assert act(desk, "remove", case, template="rule:Made up").context["form"].errors
    act(desk, "remove", case, template="rule:Be kind")
    assert Act.objects.get(verb="remove").reason == "Be kind"


@pytest.mark.parametrize(
    ("deed", "verb"),
    [
        ("approve", "approve"), ("ignore", "approve"), ("remove", "remove"), ("spam", "spam"),
        ("lock", "lock"), ("pin", "pin"), ("nsfw", "label"), ("spoiler", "label"),
        ("warn", "warn"), ("mute", "mute"), ("ban", "ban"), ("note", "note"),
        ("pass_on", "pass_on"),
    ],
)  # fmt: skip
def test_each_deed_is_done_and_logged(
    desk: Client, case: Case, amy: Member, deed: str, verb: str
) -> None:
    fields = {"reason": "Because.", "note": "Between us."}
    assert act(desk, deed, case, **fields).status_code == 200
    made = Act.objects.get()
    assert (made.verb, made.actor, made.role, made.board) == (verb, amy, "moderator", case.board)
    assert made.batch is not None
    case.refresh_from_db()
    assert (case.closed_at is not None) == (deed in {"approve", "ignore", "remove", "spam"})


def test_many_are_one_batch_and_undone_at_once(
    desk: Client,
    a: Board,
    ann: Member,
    ben: Member,
) -> None:
    posts = [submit_post(author=ann, board=a, title=f"Shoes {n}") for n in range(3)]
    kept = submit_post(author=ann, board=a, title="Kept")
    found = [report(reporter=ben, board=a, target=one, reason="Spam").case for one in posts]
    response = act(desk, "spam", *found)
    assert "Removed as spam 3 posts: “Shoes 0”, “Shoes 1”, “Shoes 2”" in said(response)
    assert b"Undo all 3 of what you just did" in response.content
    batch = Act.objects.values_list("batch", flat=True).distinct().get()
    assert Post.objects.filter(removed_at=None).get() == kept
    assert "data-card" not in desk.get(QUEUE).content.decode()
    response = desk.post(QUEUE, {"undo": str(batch)}, follow=True)
    names = "removed as spam “Shoes 0”, removed as spam “Shoes 1”, removed as spam “Shoes 2”"
    assert said(response) == f"Taken back: 3 ({names})."
    assert Post.objects.filter(removed_at=None).count() == 4
    assert desk.get(QUEUE).content.decode().count("data-card=") == 3
    desk.post(QUEUE, {"undo": str(batch)})
    assert Act.objects.filter(verb="undo").count() == 3


def test_an_approval_is_undone_too(desk: Client, case: Case) -> None:
    act(desk, "ignore", case)
    case.refresh_from_db()
    assert case.ignores_reports
    desk.post(QUEUE, {"undo": str(Act.objects.get().batch)})
    case.refresh_from_db()
    assert (case.closed_at, case.ignores_reports) == (None, False)
    assert case.reports.get().outcome == Report.Outcome.OPEN


def test_the_second_of_two_is_told_who_was_first(
    desk: Client,
    case: Case,
    mo: Member,
    post: Post,
) -> None:
    act(signed_in(mo), "approve", case)
    response = act(desk, "remove", case)
    assert "moe was here before: approved." in said(response)
    post.refresh_from_db()
    assert post.removed_at is None
    assert Act.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_at_once_decide_once(case: Case, mo: Member, amy: Member) -> None:
    for _round in range(5):
        start, answers = Barrier(2), []

        def decide(member: Member, deed: str, start: Any = start, answers: Any = answers) -> None:
            client = signed_in(member)
            start.wait()
            answers.append(act(client, deed, case).content.decode())
            connection.close()

        at_it = [Thread(target=decide, args=one) for one in ((mo, "approve"), (amy, "remove"))]
        for thread in at_it:
            thread.start()
        for thread in at_it:
            thread.join()
        decided = Act.objects.filter(verb__in=["approve", "remove"]).order_by("pk").last()
        assert sum("was here before" in answer for answer in answers) == 1
        made = Act.objects.filter(undoes=None).count()
        assert made == _round + 1
        assert decided is not None
        signed_in(mo).post(QUEUE, {"undo": str(decided.batch)})


def test_nobody_acts_on_a_higher_rank(
    desk: Client,
    a: Board,
    mo: Member,
    ben: Member,
) -> None:
    owners = submit_post(author=mo, board=a, title="The owner's")
    case = report(reporter=ben, board=a, target=owners, reason="Rude").case
    for deed in ("remove", "spam", "lock", "ban", "mute", "warn"):
        assert "same or a higher rank" in said(act(desk, deed, case, reason="So."))
    assert not Act.objects.exists()
    assert not Ban.objects.exists()


def test_bans_need_the_power(desk: Client, case: Case, amy: Member) -> None:
    Moderator.objects.filter(member=amy).update(may_members=False)
    for deed in ("warn", "mute", "ban"):
        assert "trusted with it" in said(act(desk, deed, case, reason="So."))
    assert not Act.objects.exists()


@pytest.mark.parametrize(("days", "length"), [("1", 1), ("30", 30), ("0", None), ("9", "error")])
def test_bans_last_as_long_as_is_said(
    desk: Client,
    case: Case,
    ann: Member,
    days: str,
    length: Any,
) -> None:
    act(desk, "ban", case, days=days, reason="Shoes.")
    found = Ban.objects.filter(member=ann).first()
    if length == "error":
        assert found is None
        return
    assert found is not None
    left = found.until and found.until - timezone.now()
    assert (left is None) if length is None else abs(left - timedelta(days=length)).seconds < 60


def test_a_claimed_case_is_not_claimed_again(
    desk: Client,
    case: Case,
    mo: Member,
    amy: Member,
) -> None:
    act(desk, "claim", case)
    assert "Somebody else" in said(act(signed_in(mo), "claim", case))
    case.refresh_from_db()
    assert case.claimed_by == amy
    assert "amy looks at it" in desk.get(QUEUE).content.decode()
    act(desk, "release", case)
    case.refresh_from_db()
    assert case.claimed_by is None


def test_what_was_passed_on_waits_for_the_staff(desk: Client, case: Case) -> None:
    act(desk, "pass_on", case)
    assert "data-card" not in desk.get(QUEUE).content.decode()
    assert desk.get(QUEUE, {"queue": "staff"}).status_code == 403
    olga = signed_in(Member.objects.create_superuser("olga", None))
    assert "data-card" in olga.get(QUEUE, {"queue": "staff"}).content.decode()


def test_a_member_is_a_case_too(desk: Client, a: Board, ann: Member, ben: Member) -> None:
    case = report(reporter=ben, board=a, target=ann, reason="Rude").case
    page = desk.get(QUEUE).content.decode()
    assert "Member ann" in page
    assert f"remove:{case.pk}" not in page
    assert "can&#x27;t be done to a member" in act(desk, "remove", case).content.decode()
    act(desk, "approve", case)
    case.refresh_from_db()
    assert case.approved


def test_a_reporter_is_muted_unseen(desk: Client, case: Case, ben: Member) -> None:
    handle = queue.handle(case.board_id, ben.pk)
    assert handle in desk.get(QUEUE).content.decode()
    fields = {"mute": case.reports.get().pk}
    asked = desk.post(QUEUE, fields).content.decode()
    assert handle in asked
    assert "ben" not in asked
    assert not MutedReporter.objects.exists(), "asked first"
    response = desk.post(QUEUE, fields | {"confirmed": "1"}, follow=True)
    assert handle in said(response)
    assert MutedReporter.objects.get().reporter == ben


def test_handles_differ_from_board_to_board() -> None:
    assert len({queue.handle(1, 1), queue.handle(2, 1), queue.handle(1, 2)}) == 3


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "nonsense", "_selected_action": "1"}, 400),
        ({"action": "approve", "_selected_action": "x"}, 400),
        ({"action": "approve", "_selected_action": "9" * 30}, 403),
        ({"one": "approve"}, 400),
        ({"one": "approve:"}, 400),
        ({"undo": "x"}, 403),
        ({"undo": "0" * 32}, 403),
        ({"mute": "x"}, 403),
        ({"mute": "9"}, 403),
        ({"action": "approve"}, 200),
        ({"action": "approve", "after": "x"}, 400),
    ],
)
def test_nonsense_is_refused(desk: Client, fields: dict[str, str], status: int) -> None:
    assert desk.post(QUEUE, fields).status_code == status


def test_strangers_undo_and_mute_nothing(case: Case, mo: Member) -> None:
    act(signed_in(mo), "note", case, note="Hm.")
    mia = Member.objects.create_user("mia")
    make_board(maker=mia, name="mias", title="Mia's")
    client = signed_in(mia)
    assert client.post(QUEUE, {"undo": str(Act.objects.get().batch)}).status_code == 403
    assert client.post(QUEUE, {"mute": case.reports.get().pk}).status_code == 403
    assert client.post(QUEUE, {"one": f"approve:{case.pk}"}).status_code == 403
    assert Act.objects.count() == 1


def test_pages_need_no_inline_script_or_style(desk: Client, case: Case) -> None:
    pages = [
        desk.get(QUEUE), desk.get("/admin/"), desk.get(f"{QUEUE}{case.pk}/change/"),
        desk.post(QUEUE, {"one": f"ban:{case.pk}"}),
    ]  # fmt: skip
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


# --- Appeals


@pytest.fixture
def appealed(a: Board, ann: Member, amy: Member) -> Appeal:
    """Amy banned Ann for 30 days, who appeals."""
    until = timezone.now() + timedelta(days=30)
    made = ban(ann, a, By(amy), until=until, reason="Shoes.")
    return appeal(member=ann, act=made, text="I <b>sold</b> none.")


def decide(client: Client, one: Appeal, **fields: Any) -> Any:
    return client.post(f"/admin/moderation/appeal/{one.pk}/change/", fields, follow=True)


@pytest.mark.parametrize("state", ["upheld", "reduced", "overturned"])
def test_another_moderator_decides(
    appealed: Appeal,
    mo: Member,
    ann: Member,
    state: str,
) -> None:
    client = signed_in(mo)
    page = client.get(f"/admin/moderation/appeal/{appealed.pk}/change/").content.decode()
    assert "I &lt;b&gt;sold&lt;/b&gt; none." in page
    until = timezone.now() + timedelta(days=2)
    decide(client, appealed, state=state, until=f"{until:%Y-%m-%dT%H:%M}", answer="So it is.")
    appealed.refresh_from_db()
    assert (appealed.state, appealed.decided_by) == (state, mo)
    assert appealed.answer == "So it is."
    bans = Ban.objects.filter(member=ann)
    assert bans.exists() == (state != "overturned")
    if state == "reduced":
        assert bans.get().until < timezone.now() + timedelta(days=3)


def test_who_acted_does_not_decide(desk: Client, appealed: Appeal) -> None:
    page = desk.get(f"/admin/moderation/appeal/{appealed.pk}/change/").content.decode()
    assert "Another moderator, or the staff, must decide this" in page
    assert 'name="state"' not in page
    assert decide(desk, appealed, state="upheld").status_code == 403
    appealed.refresh_from_db()
    assert appealed.state == "open"


def test_it_is_decided_once(appealed: Appeal, mo: Member) -> None:
    client = signed_in(mo)
    decide(client, appealed, state="upheld")
    assert "Somebody decided this already." in said(decide(client, appealed, state="overturned"))
    appealed.refresh_from_db()
    assert appealed.state == "upheld"


@pytest.mark.parametrize("fields", [{}, {"state": "open"}, {"state": "reduced"}, {"state": "x"}])
def test_a_decision_must_say_what(appealed: Appeal, mo: Member, fields: Any) -> None:
    assert decide(signed_in(mo), appealed, **fields).context["form"].errors
    appealed.refresh_from_db()
    assert appealed.state == "open"


def test_the_log_takes_back(desk: Client, case: Case, post: Post, ann: Member) -> None:
    act(desk, "remove", case)
    made = Act.objects.get()
    chosen = {"action": "take_back", "_selected_action": [made.pk]}
    assert b"A first post" in desk.get("/admin/moderation/act/?what=removed").content
    desk.post("/admin/moderation/act/", chosen)
    post.refresh_from_db()
    assert post.removed_at is None
    assert Act.objects.get(verb="undo").undoes == made


def test_bans_are_lifted_from_their_list(
    desk: Client,
    a: Board,
    ann: Member,
    amy: Member,
) -> None:
    ban(ann, a, By(amy), until=timezone.now() + timedelta(days=1))
    assert b"ann" in desk.get("/admin/boards/ban/?ends=soon").content
    desk.post("/admin/boards/ban/", {"action": "lift", "_selected_action": [Ban.objects.get().pk]})
    assert not Ban.objects.exists()
    assert Act.objects.filter(verb="lift", actor=amy).exists()


# --- The way there


def test_the_sidebar_leads_moderators_to_their_queue(
    desk: Client,
    a: Board,
    ben: Member,
) -> None:
    link = f'href="{QUEUE}?board={a.pk}"'
    assert link in desk.get("/b/board_a/").content.decode()
    for client in (Client(), signed_in(ben)):
        assert link not in client.get("/b/board_a/").content.decode()


def test_links_to_the_desk_are_shown_to_who_gets_in(
    a: Board, amy: Member, mo: Member, ben: Member
) -> None:
    olga = Member.objects.create_superuser("olga", None)
    stan = site_staff("stan")
    appoint(board=a, member=ben, by=mo)
    Moderator.objects.filter(member=ben).update(may_content=False)
    found = {}
    for member in (mo, amy, ben, olga, stan):
        client = signed_in(member)
        offered = f'href="{QUEUE}?board={a.pk}"' in client.get("/b/board_a/").content.decode()
        enters = client.get(QUEUE, {"board": a.pk}).status_code == 200
        assert offered == enters, member
        found[member.username] = offered
    assert found == {"moe": True, "amy": True, "ben": False, "olga": True, "stan": False}


def test_links_to_the_settings_are_shown_to_who_may_change_them(
    a: Board, amy: Member, mo: Member
) -> None:
    for member, offered in ((mo, True), (amy, False)):
        client = signed_in(member)
        for page in ("/b/board_a/", "/b/board_a/about/", "/b/board_a/members/"):
            assert ("/b/board_a/edit/" in client.get(page).content.decode()) == offered, page
