"""Sessions in the database, as Django keeps them, read by a prepared query: every page asks."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from paging import Given, planned


@planned
def _session_data(key: Given, now: Given) -> QuerySet[Session, Any]:
    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        found = _session_data.rows(key=self.session_key, now=timezone.now())
        if found:
            return self.decode(found[0][0])
        self._session_key = None
        return {}
