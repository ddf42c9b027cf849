"""What is so of the whole site."""

from django.db import models
from django.utils import timezone


class ReadOnly(models.Model):
    """The site takes no changes while this one row is there; see readonly.py."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    reason = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="site_is_read_only_once"),
        ]

    def __str__(self) -> str:
        return self.reason
