"""What floors above may listen to: `registered` is sent with the new `member`."""

from django.dispatch import Signal

registered = Signal()
