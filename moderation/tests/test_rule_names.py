"""Rules that are called alike, and what is known of what each of them did."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from moderation import rules
from moderation.actions import content
from moderation.actions.log import By
from moderation.models import Act, AutoRule, DeskSettings
from moderation.models.rules import NAME_IS_TAKEN

ADD = "/admin/moderation/autorule/add/"


def rule(board: Board | None, name: str = "Spam", **fields: Any) -> AutoRule:
    asks = {"words": "buy", "deed": "hold", "is_active": True}
    return AutoRule.objects.create(board=board, name=name, **(asks | fields))


@pytest.mark.parametrize("of_site", [False, True])
def test_a_name_is_given_once_in_any_case(a: Board, p: Board, *, of_site: bool) -> None:
    board = None if of_site else a
    kept = rule(board)
    rule(p)
    rule(a if of_site else None)
    with pytest.raises(ValidationError, match="of this name"):
        rule(board, "SPAM")
    with pytest.raises(IntegrityError), transaction.atomic():
        AutoRule.objects.bulk_create([AutoRule(board=board, name="spam", words="x", deed="hold")])
    other = rule(board, "Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        AutoRule.objects.filter(pk=other.pk).update(name="sPam")
    kept.name = "spam"
    kept.save()


def test_the_form_says_so_at_the_name(a: Board, desk: Client) -> None:
    rule(a)
    fields = {"board": a.pk, "name": "spam", "words": "x", "deed": "hold", "reason": ""}
    answer = desk.post(ADD, fields)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {"name": [str(NAME_IS_TAKEN)]}
    assert AutoRule.objects.count() == 1


@pytest.fixture
def desk(olga: Member) -> Client:
    client = Client()
    client.force_login(olga)
    return client


def test_doubles_from_before_get_a_number(a: Board, p: Board) -> None:
    with connection.cursor() as cursor:
        for where in ("its_board", "the_site"):
            cursor.execute(f"DROP INDEX auto_rule_name_is_unique_on_{where}")
    long = "x" * 100
    given = [
        (a, "Spam"), (a, "spam (2)"), (a, "SPAM"), (a, "spam"), (p, "spam"), (None, "spam"),
        (None, "Spam"), (a, long), (a, long),
    ]  # fmt: skip
    made = AutoRule.objects.bulk_create(
        AutoRule(board=board, name=name, words="x", deed="hold") for board, name in given
    )
    stamps = dict(AutoRule.objects.values_list("pk", "changed_at"))
    migration = import_module("moderation.migrations.0014_rules_have_names_of_their_own")
    migration.part(apps, None)
    names = dict(AutoRule.objects.values_list("pk", "name"))
    assert [names[one.pk] for one in made] == [
        "Spam", "spam (2)", "SPAM (3)", "spam (4)", "spam", "spam", "Spam (2)", long,
        "x" * 96 + " (2)",
    ]  # fmt: skip
    # Those alone were written anew that processes must read anew.
    changed = {pk for pk, at in AutoRule.objects.values_list("pk", "changed_at") if at > stamps[pk]}
    assert changed == {made[n].pk for n in (2, 3, 6, 8)}


def test_a_rule_acts_beside_one_of_its_name(a: Board, post: Post, mo: Member) -> None:
    """Of the site and of a board: what the one did is not the other's."""
    site = rule(None, words="", score_below=0, deed="nsfw")
    Post.objects.update(downs=3, score=-2)
    assert list(rules.judge_scores(apply=True)) == [(site, post)]
    own = rule(a, words="", score_below=0, deed="hold")
    assert list(rules.judge_scores(apply=True)) == [(own, post)]
    content.approve(Post.objects.get(pk=post.pk), By(mo))
    assert list(rules.judge_scores(apply=True)) == []


def test_a_rule_knows_its_acts_when_it_is_called_otherwise(
    a: Board, comment: Comment, mo: Member
) -> None:
    made = rule(a, words="", score_below=0)
    Comment.objects.update(downs=3, score=-2)
    assert list(rules.judge_scores(apply=True)) == [(made, comment)]
    content.approve(Comment.objects.get(), By(mo))
    made.name = "Other"
    made.save()
    assert list(rules.judge_scores(apply=True)) == []


def test_acts_from_before_are_known_by_the_rule_s_name(a: Board, post: Post) -> None:
    rule(a, words="", score_below=0)
    Post.objects.update(downs=3, score=-2)
    Act.objects.create(board=a, verb="label", source="rule", rule="Spam", post=post)
    assert list(rules.judge_scores(apply=True)) == []


def test_settings_that_go_while_a_post_is_judged_hold_nothing(
    a: Board, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    DeskSettings.objects.create(board=a, hold_first_posts=1)
    asked = rules.rules_for

    def gone_after(*args: Any) -> Any:
        found = asked(*args)
        DeskSettings.objects.all().delete()
        return found

    monkeypatch.setattr(rules, "rules_for", gone_after)
    made = submit_post(author=ben, board=a, title="x")
    assert made.is_live
