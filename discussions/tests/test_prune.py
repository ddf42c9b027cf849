"""manage.py prune"""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Member
from discussions.models import Receipt


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
