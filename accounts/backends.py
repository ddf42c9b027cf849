"""How members sign in: Django's own way."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from accounts.models import Member
from paging import Given, planned


@planned
def _member(pk: Given) -> QuerySet[Member]:
    return Member.objects.filter(pk=pk)


class MemberBackend(ModelBackend):
    """Reads the member who is signed in by a prepared query: every page asks."""

    def get_user(self, user_id: Any) -> Member | None:
        member = _member.first(pk=user_id)
        return member if member and self.user_can_authenticate(member) else None
