"""What floors above may listen to.

`registered` is sent with the new `member`; `going` with a `member` whose account is being deleted,
at the head of the transaction, so that who listens may lock what hangs on it in the right order.
"""

from django.dispatch import Signal

registered = Signal()
going = Signal()
