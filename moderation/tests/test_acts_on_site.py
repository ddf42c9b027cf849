"""The moderators' buttons beside each text, and what is shown of their acts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.actions import appoint
from boards.models import Ban, Board, Moderator
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation.actions import content, people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Case, DeskSettings, ReasonTemplate, Report
from moderation.models.log import Verb


@pytest.fixture
def amy(a: Board, mo: Member) -> Member:
    """Moderates the board a for its posts and comments alone."""
    member = Member.objects.create_user("amy", "a long password")
    appoint(board=a, member=member, by=mo)
    Moderator.objects.filter(member=member).update(may_members=False)
    return member


def verbs() -> list[str]:
    return list(Act.objects.order_by("pk").values_list("verb", flat=True))


def test_remove_and_undo_from_the_message(post: Post, mo: Member) -> None:
    client = signed_in(mo)
    page = client.post(f"{post.address}remove/", follow=True).content.decode()
    act = Act.objects.get()
    assert f'formaction="/acts/{act.pk}/undo/"' in page
    assert "Taken back" in client.post(f"/acts/{act.pk}/undo/", follow=True).content.decode()
    post.refresh_from_db()
    assert post.is_live
    # The second click changes nothing and says so.
    again = client.post(f"/acts/{act.pk}/undo/", follow=True)
    assert b"taken back already" in again.content
    assert verbs() == ["remove", "undo"]


@pytest.mark.parametrize("who", ["ann", "ben"])
def test_others_can_t_undo(post: Post, mo: Member, ann: Member, ben: Member, who: str) -> None:
    act = content.remove(post, By(mo))
    assert act is not None
    client = signed_in({"ann": ann, "ben": ben}[who])
    assert client.post(f"/acts/{act.pk}/undo/").status_code == (403 if who == "ann" else 404)
    assert verbs() == ["remove"]


def test_a_reason_at_hand_is_one_button(a: Board, comment: Comment, mo: Member) -> None:
    ReasonTemplate.objects.create(board=a, title="Off topic", text="Not about the board.")
    client, address = signed_in(mo), f"{comment.address}reason/"
    page = client.get(address).content.decode()
    assert "Remove: Off topic" in page
    assert 'value="Not about the board."' in page
    assert "Not about the board.</textarea>" in client.get(
        f"{address}?reason=Not+about+the+board."
    ).content.decode().replace("\n", "")
    client.post(address, {"reason": "Not about the board."})
    act = Act.objects.get()
    assert (act.verb, act.reason, act.comment) == ("remove", "Not about the board.", comment)


def test_held_waits_and_is_approved(a: Board, post: Post, mo: Member, ann: Member) -> None:
    content.hold(post, By(source=Act.Source.RULE, rule="newcomers"), reason="First post.")
    for reader, said in ((mo, "approve"), (ann, "held back by the rule “newcomers”")):
        page = signed_in(reader).get(f"{post.address}post/", follow=True).content.decode()
        assert "waits for a moderator" in page
        assert said in page
    page = Client().get(post.address, follow=True).content.decode()
    assert "This post waits for a moderator" in page
    assert "Its text." not in page
    client = signed_in(mo)
    for _twice in range(2):
        client.post(f"{post.address}approve/")
    post.refresh_from_db()
    assert post.is_live
    assert verbs() == ["hold", "approve"]


def test_spam_lock_label(post: Post, comment: Comment, mo: Member) -> None:
    client = signed_in(mo)
    client.post(f"{comment.address}lock/", {"locked": "1"})
    client.post(f"{post.address}label/", {"nsfw": "1"})
    client.post(f"{post.address}label/", {"spoiler": "1"})
    client.post(f"{comment.address}spam/")
    post.refresh_from_db()
    assert (post.is_nsfw, post.is_spoiler) == (True, True)
    assert verbs() == ["lock", "label", "label", "spam"]


def test_below_a_locked_comment_nobody_is_offered_to_reply(
    post: Post, comment: Comment, mo: Member, ben: Member
) -> None:
    below = reply(author=mo, post=post, parent=comment, text="below")
    other = reply(author=mo, post=post, text="other")
    content.set_locked(comment, By(mo), locked=True)
    page = signed_in(ben).get(post.get_absolute_url()).content.decode()
    assert f'href="{other.address}reply/"' in page
    assert f'href="{comment.address}reply/"' not in page
    assert f'href="{below.address}reply/"' not in page


def test_labels_are_shown_and_the_text_is_folded(a: Board, post: Post, mo: Member) -> None:
    content.set_labels(post, By(mo), nsfw=True, spoiler=False)
    assert "NSFW" in Client().get(a.get_absolute_url()).content.decode()
    page = Client().get(post.get_absolute_url()).content.decode()
    folded = page.partition('<details class="cover">')[2].partition("</details>")[0]
    assert "Its text." in folded
    assert page.count("Its text.") == 1  # nor in a description


def test_pinned_posts_stand_on_top_once(a: Board, post: Post, ann: Member, mo: Member) -> None:
    for n in range(30):
        submit_post(author=ann, board=a, title=f"Later {n}", text="x")
    signed_in(mo).post(f"{post.address}pin/", {"days": "7"})
    first = Client().get("/b/board_a/")
    listing = first.context["listing"]
    assert listing.posts[0].pk == post.pk
    assert "pinned" in first.content.decode()
    second = Client().get("/b/board_a/", {"after": listing.after}).context["listing"]
    ids = [listed.pk for listed in listing.posts + second.posts]
    assert len(ids) == len(set(ids)) == 31
    by_date = Client().get("/b/board_a/?sort=new").context["listing"]
    assert by_date.posts[0].pk != post.pk


def test_a_pin_ends_by_itself(a: Board, post: Post, ann: Member, mo: Member) -> None:
    newer = submit_post(author=ann, board=a, title="Newer", text="x")
    content.set_pinned(post, By(mo), until=timezone.now() + timedelta(days=1))
    Post.objects.filter(pk=post.pk).update(pinned_until=timezone.now() - timedelta(seconds=2))
    posts = Client().get("/b/board_a/").context["listing"].posts
    assert [listed.pk for listed in posts] == [newer.pk, post.pk]


def test_a_ban_says_why_and_until_when(post: Post, comment: Comment, mo: Member) -> None:
    ann = comment.author
    assert ann is not None
    sent = {"deed": "ban", "days": "7", "reason": "Shouting."}
    for _twice in range(2):
        signed_in(mo).post(f"{comment.address}ban/", sent)
    assert verbs() == ["ban"]
    ban = Ban.objects.get()
    assert ban.until is not None
    assert timedelta(days=6) < ban.until - timezone.now() < timedelta(days=8)
    client = signed_in(ann)
    for answer in (
        client.get("/b/board_a/submit/"),
        client.post("/b/board_a/submit/", {"title": "x", "text": "x"}),
        client.post(f"{post.address}reply/", {"text": "x"}),
        client.post(f"{post.address}vote/", {"value": "1"}),
    ):
        assert answer.status_code == 403
        assert "The reason: Shouting." in answer.content.decode()
        assert f"until {ban.until:%-d %B %Y}" in answer.content.decode()
    assert not Post.objects.filter(title="x").exists()


def test_warn_mute_and_lift(comment: Comment, mo: Member) -> None:
    client, address = signed_in(mo), f"{comment.address}ban/"
    assert client.post(address, {"deed": "warn", "days": "3"}).status_code == 422
    client.post(address, {"deed": "warn", "days": "3", "reason": "Calm down."})
    client.post(address, {"deed": "mute", "days": "0"})
    assert Ban.objects.get().is_mute
    client.post(address, {"deed": "lift", "days": "3"})
    assert not Ban.objects.exists()
    assert verbs() == ["warn", "mute", "lift"]


def test_powers_decide_what_is_offered(post: Post, comment: Comment, amy: Member) -> None:
    client = signed_in(amy)
    page = client.get(post.get_absolute_url()).content.decode()
    assert f"{post.address}remove/" in page
    assert f"{post.address}ban/" not in page
    assert client.get(f"{comment.address}ban/").status_code == 403
    Moderator.objects.filter(member=amy).update(may_content=False, may_members=True)
    page = client.get(post.get_absolute_url()).content.decode()
    assert f"{post.address}remove/" not in page
    assert f"{post.address}ban/" in page
    for deed in ("remove", "spam", "approve", "restore"):
        assert client.post(f"{post.address}{deed}/").status_code == 403
    assert client.post(f"{post.address}pin/", {"days": "1"}).status_code == 403
    assert client.get(f"{post.address}reason/").status_code == 403
    assert not Act.objects.exists()


def test_nobody_bans_an_owner(post: Post, amy: Member, mo: Member) -> None:
    Moderator.objects.filter(member=amy).update(may_members=True)
    own = reply(author=mo, post=post, text="Mine.")
    assert signed_in(amy).get(f"{own.address}ban/").status_code == 403


@pytest.mark.parametrize("hidden", [False, True])
def test_the_author_reads_who_and_why(
    a: Board, post: Post, comment: Comment, mo: Member, ann: Member, ben: Member, hidden: bool
) -> None:
    DeskSettings.objects.create(board=a, names_moderators=not hidden)
    act = content.remove(comment, By(mo), reason="Rude.", note="third time")
    assert act is not None
    page = signed_in(ann).get(post.get_absolute_url()).content.decode()
    assert f"was removed by {'a moderator' if hidden else 'moe'}" in page
    assert "Rude." in page
    assert f'href="/acts/{act.pk}/"' in page
    assert "third time" not in page
    answer = signed_in(ann).get(f"{comment.address}why/")
    assert answer["Location"] == f"/acts/{act.pk}/"
    assert signed_in(ben).get(f"{comment.address}why/").status_code == 404
    assert "Rude." not in signed_in(ben).get(post.get_absolute_url()).content.decode()


def test_notes_stay_among_moderators(a: Board, mo: Member, ann: Member, post: Post) -> None:
    people.note(ann, a, By(mo), text="Watch her.")
    act = Act.objects.get(verb=Verb.NOTE)
    assert signed_in(ann).get(f"/acts/{act.pk}/").status_code == 404


def test_a_moderator_approves_what_is_reported_beside_it(
    post: Post, comment: Comment, a: Board, mo: Member, ben: Member, ann: Member
) -> None:
    for target in (post, comment):
        report(reporter=ben, board=a, target=target, reason="Rude.")
    client = signed_in(mo)
    page = client.get(post.get_absolute_url()).content.decode()
    assert "1 report</span>" in page
    assert f'formaction="{post.address}approve/"' in page
    assert "Approve: 1 report</button>" in client.get(f"{comment.address}reason/").content.decode()
    for target in (post, comment):
        said = client.post(f"{target.address}approve/", follow=True)
        assert "Approved." in said.content.decode()
    assert not Case.objects.open().exists()
    assert {each.outcome for each in Report.objects.all()} == {Report.Outcome.KEPT}
    assert "report</span>" not in client.get(post.get_absolute_url()).content.decode()


def test_nobody_sees_reports_of_their_own_post(a: Board, post: Post, mo: Member) -> None:
    own = submit_post(author=mo, board=a, title="Mine")
    report(reporter=post.author, board=a, target=own, reason="Rude.")
    page = signed_in(mo).get(own.get_absolute_url()).content.decode()
    assert "1 report" not in page
    assert "approve/" not in page
