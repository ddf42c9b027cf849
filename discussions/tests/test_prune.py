"""manage.py prune"""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from discussions.management.commands import prune
from discussions.models import Post, Receipt, Visit


def test_it_deletes_what_is_old_when_told_to(ann: Member) -> None:
    now = timezone.now()
    for days in (1, 30):
        age = timedelta(days=days)
        Receipt.objects.create(member=ann, key=uuid4(), created_at=now - age)
        Session.objects.create(session_key=f"expired {days}", expire_date=now - age)
    Session.objects.create(session_key="live", expire_date=now + timedelta(days=1))
    call_command("prune", stdout=StringIO())
    assert (Receipt.objects.count(), Session.objects.count()) == (2, 3)
    call_command("prune", "--apply", stdout=StringIO())
    assert (Receipt.objects.count(), Session.objects.count()) == (1, 1)


def test_it_forgets_visits_of_half_a_year_ago(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prune, "ROWS_PER_STATEMENT", 2)
    now = timezone.now()
    for number, days in enumerate([0, 179, 181, 200, 1000, 1000, 1000]):
        at = now - timedelta(days=days)
        member = Member.objects.create_user(f"visitor_{number}")
        Visit.objects.create(member=member, post=post, since=at, seen_at=at, comment_count=0)
    out = StringIO()
    call_command("prune", stdout=out)
    assert "5 old visits" in out.getvalue()
    assert Visit.objects.count() == 7
    call_command("prune", "--apply", stdout=StringIO())
    assert sorted(Visit.objects.values_list("member__username", flat=True)) == [
        "visitor_0",
        "visitor_1",
    ]


@pytest.mark.django_db
def test_it_forgets_tries_that_count_no_more() -> None:
    for minutes in (16, 14):
        Client().post("/login/", {"username": f"tried {minutes}", "password": "wrong"})
    for minutes in (16, 14):
        at = timezone.now() - timedelta(minutes=minutes)
        AccessAttempt.objects.filter(username=f"tried {minutes}").update(attempt_time=at)
    call_command("prune", stdout=StringIO())
    assert AccessAttempt.objects.count() == 2
    call_command("prune", "--apply", stdout=StringIO())
    assert [row.username for row in AccessAttempt.objects.all()] == ["tried 14"]
