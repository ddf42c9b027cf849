"""What is sent twice is done once, and both answers are alike."""

from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from accounts.models import Member
from boards.models import Board
from discussions.models import Post
from discussions.tests.conftest import signed_in
from discussions.tests.test_admin import page_of
from moderation.actions import appeals, cases, content
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Act, Appeal, Case, Note


@pytest.fixture
def case(a: Board, post: Post, ben: Member) -> Case:
    made = report(reporter=ben, board=a, target=post, reason="Rude.")
    assert made is not None
    return made.case


@pytest.fixture
def desk(mo: Member) -> Client:
    return signed_in(mo)


def twice(desk: Client, fields: dict[str, Any]) -> None:
    for _each in range(2):
        answer = desk.post(page_of(Case, "changelist"), fields | {"confirmed": "1"}, follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["success"]


def test_a_note_from_the_queue(desk: Client, case: Case) -> None:
    twice(desk, {"one": f"note:{case.pk}", "note": "Is rude."})
    assert Note.objects.count() == Act.objects.count() == 1
    twice(desk, {"one": f"note:{case.pk}", "note": "Is very rude."})
    assert Note.objects.count() == 2


def test_a_pin_from_the_queue(desk: Client, case: Case) -> None:
    twice(desk, {"one": f"pin:{case.pk}", "days": "3"})
    assert Act.objects.count() == 1
    twice(desk, {"one": f"pin:{case.pk}", "days": "7"})
    assert Act.objects.count() == 2


def test_an_appeal_that_came_in_the_moment_between(post: Post, ann: Member, mo: Member) -> None:
    act = content.remove(post, By(mo))
    assert act is not None
    do = appeals.appeal

    def slow(**said: Any) -> Appeal:
        do(**said)  # the other request
        return do(**said)

    with patch("moderation.actions.appeals.appeal", slow):
        answer = signed_in(ann).post(f"/acts/{act.pk}/appeal/", {"text": "Why?"}, follow=True)
    assert answer.status_code == 200
    assert "You have appealed already." in answer.content.decode()
    assert Appeal.objects.count() == 1


def test_who_decides_what_was_passed_on_is_told(
    desk: Client, case: Case, mo: Member, olga: Member
) -> None:
    page = page_of(Case, "change", case.pk)
    assert b'value="remove:' in desk.get(page).content
    cases.pass_on(case, By(mo))
    told = desk.get(page).content.decode()
    assert "passed to the staff of the site, who decide it" in told
    for deed in ("approve", "remove", "ban", "claim", "pass_on", "pin"):
        assert f'value="{deed}' not in told
    assert 'value="note:' in told
    assert b'value="remove:' in signed_in(olga).get(page).content
