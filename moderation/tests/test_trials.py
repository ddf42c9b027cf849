"""A rule is tried from its page, before it is saved and after."""

import re
from typing import Any

import pytest

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import delete_comment, reply
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from moderation import rules
from moderation.actions import content
from moderation.actions.log import By
from moderation.models import Act, AutoRule

pytestmark = pytest.mark.django_db

RULES = "/admin/moderation/autorule/"


def typed(board: Board, **fields: Any) -> dict[str, Any]:
    said = {"board": board.pk, "name": "No firsts", "words": "first", "deed": "remove"}
    return said | {"for_posts": "on", "for_comments": "on"} | fields


def test_a_rule_is_tried_and_neither_kept_nor_carried_out(
    a: Board, mo: Member, post: Post, comment: Comment
) -> None:
    page = signed_in(mo).post(f"{RULES}add/", typed(a, _try="1")).content.decode()
    assert "The rule is true of 2 of them." in page
    assert post.get_absolute_url() in page
    assert comment.get_absolute_url() in page
    assert 'value="No firsts"' in page
    assert not AutoRule.objects.exists()
    assert not Act.objects.exists()


def test_what_is_removed_already_is_judged_too(
    a: Board, mo: Member, post: Post, comment: Comment
) -> None:
    """Removing first and writing the rule then is the usual order."""
    content.remove(comment, By(mo), spam=True)
    gone = reply(author=mo, post=post, text="The first to go.")
    delete_comment(author=mo, comment=gone)
    page = signed_in(mo).post(f"{RULES}add/", typed(a, _try="1")).content.decode()
    assert "The rule is true of 2 of them." in page
    assert "1 of them is removed already." in page
    assert page.count(", removed already") == 1
    assert comment.get_absolute_url() in page


def test_what_is_removed_on_another_board_is_not(
    a: Board, p: Board, mo: Member, secret: Post
) -> None:
    content.remove(secret, By(mo))
    found = rules.trial(AutoRule(board=a, words=secret.title.split()[0]))
    assert not found.shown


def test_what_is_removed_is_not_judged_by_its_score(a: Board, mo: Member, comment: Comment) -> None:
    AutoRule.objects.create(board=a, name="Low", score_below=10, deed="report", is_active=True)
    content.remove(comment, By(mo))
    judged = [text for _rule, text in rules.judge_scores(apply=False)]
    assert comment.post in judged
    assert comment not in judged


def test_a_kept_rule_is_tried_as_it_is_and_as_it_is_typed(a: Board, mo: Member, post: Post) -> None:
    rule = AutoRule.objects.create(board=a, name="None", words="nowhere", deed="hold")
    desk = signed_in(mo)
    address = f"{RULES}{rule.pk}/change/"
    assert f'href="{address}?try=1"' in desk.get(RULES).content.decode()
    assert "The rule is true of 0 of them." in desk.get(f"{address}?try=1").content.decode()
    page = desk.post(address, typed(a, _try="1")).content.decode()
    assert "The rule is true of 1 of them." in page
    rule.refresh_from_db()
    assert rule.words == "nowhere"


def test_nobody_tries_a_rule_on_a_board_of_others(
    a: Board, p: Board, mia: Member, post: Post
) -> None:
    page = signed_in(mia).post(f"{RULES}add/", typed(a, _try="1")).content.decode()
    assert "The rule is true of" not in page
    assert post.get_absolute_url() not in page


def test_a_rule_that_is_off_says_so_and_is_switched_on_beside_its_trial(
    a: Board, mo: Member, post: Post
) -> None:
    desk = signed_in(mo)
    page = desk.post(f"{RULES}add/", typed(a), follow=True).content.decode()
    rule = AutoRule.objects.get()
    assert "is saved, but off: it does nothing until it is switched on." in page
    assert f'href="{RULES}{rule.pk}/change/?try=1"' in page
    assert '<td class="field-state">off</td>' in page
    assert 'name="_on"' in desk.get(f"{RULES}{rule.pk}/change/?try=1").content.decode()
    page = desk.post(f"{RULES}{rule.pk}/change/", typed(a, _on="1"), follow=True).content.decode()
    rule.refresh_from_db()
    assert rule.is_active
    assert "but off" not in page
    assert '<td class="field-state">on</td>' in page
    assert "is_active" in Act.objects.latest("pk").note


def test_enter_does_not_switch_a_rule_on(a: Board, mo: Member, post: Post) -> None:
    """It presses the first button of the form, to which the admin also gives the focus."""
    page = signed_in(mo).post(f"{RULES}add/", typed(a, _try="1")).content.decode()
    form = page.partition('id="autorule_form"')[2]
    buttons = re.findall(r'<(?:input type="submit"|button)[^>]* name="(\w+)"', form)
    assert buttons[-1] == "_on"
    assert buttons[0] == "_save"


def test_the_reason_of_a_rule_may_have_lines(a: Board, mo: Member) -> None:
    client = signed_in(mo)
    assert '<textarea name="reason"' in client.get(f"{RULES}add/").content.decode()
    client.post(f"{RULES}add/", typed(a, reason="No firsts.\nSee the rules."))
    assert AutoRule.objects.get().reason.splitlines() == ["No firsts.", "See the rules."]


def test_a_rule_is_switched_on_by_nobody_of_another_board(a: Board, p: Board, mia: Member) -> None:
    rule = AutoRule.objects.create(board=a, name="None", words="nowhere", deed="hold")
    signed_in(mia).post(f"{RULES}{rule.pk}/change/", typed(a, _on="1"))
    rule.refresh_from_db()
    assert not rule.is_active


def test_staff_make_a_wordlist_of_the_whole_site(a: Board, mo: Member, olga: Member) -> None:
    page = signed_in(olga).get(f"{RULES}add/").content.decode()
    assert ">the whole site</option>" in page
    assert "The site's wordlist is a rule of the whole site with the words" in page
    fields = typed(a) | {"board": "", "is_active": "on"}
    listed = signed_in(olga).post(f"{RULES}add/", fields, follow=True).content.decode()
    assert AutoRule.objects.get().board is None
    assert '<td class="field-where">the whole site</td>' in listed
    assert "the whole site" not in signed_in(mo).get(f"{RULES}add/").content.decode()
