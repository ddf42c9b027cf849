"""Time that passes without waiting."""

from datetime import timedelta

from django.db.models import F

from discussions.models import Comment, Post, Visit


def let_pass(**time: float) -> None:
    """Put all that happened in threads further into the past: `let_pass(hours=2)`."""
    age = timedelta(**time)
    Post.objects.update(created_at=F("created_at") - age, active_at=F("active_at") - age)
    Comment.objects.update(created_at=F("created_at") - age)
    Visit.objects.update(since=F("since") - age, seen_at=F("seen_at") - age)
