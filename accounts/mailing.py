"""Sends mail while nobody waits for it.

Who asks for a mail writes down that it is due; a thread of each server process sends it as soon as
that is committed, and holds it meanwhile. When the mail server fails, the mail waits longer and
longer for its next attempt. It outlives a restart: servers that start look what is due, and others
now and then, for what one that stopped had in hand. So there is no other process to run, be the
site small or large. A mail may come twice if a server is killed just after it was sent. One that
stops finishes the mail that it is at, or lets go of it.
"""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from threading import Event, Lock, Thread

from django.conf import settings
from django.core.mail import send_mail
from django.db import Error, connections, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.links import sign_in_address
from accounts.models import DueMail, Member

# More than an attempt takes: a mail server may take EMAIL_TIMEOUT for each of a dozen answers.
HELD = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=1)
LAST_MAIL = timedelta(seconds=5)  # for which a process that ends waits
# So often a process looks for what others have left behind, of which nobody tells it.
ROUND = timedelta(minutes=1)
AT_ONCE = 10

logger = logging.getLogger(__name__)

# The mail that this process is at; whether it is at none, nor takes one; whether it takes no more.
_mail: DueMail | None = None
_free = Event()
_free.set()
_ending = Event()


def ask(member: Member, kind: DueMail.Kind) -> None:
    """Have a mail sent, once however often it is asked for until then."""
    DueMail.objects.get_or_create(member=member, kind=kind)
    transaction.on_commit(wake)


def send_due() -> tuple[int, int]:
    """Send what is due; how many were sent, and how many could not be."""
    sent = failed = 0
    while (done := _send_one()) is not None:
        if done:
            sent += 1
        else:
            failed += 1
    return sent, failed


def _send_one() -> bool | None:
    """Whether it could be sent; None where nothing is due, or this process takes no more."""
    global _mail
    # First, so that who ends this process either is heard here or waits.
    _free.clear()
    try:
        _mail = None if _ending.is_set() else _claimed()
        return None if _mail is None else _send(_mail)
    finally:
        _mail = None
        _free.set()


def end() -> None:
    """Before a process ends: finish the mail that it is at, or let others try it soon."""
    _ending.set()
    if _free.wait(LAST_MAIL.total_seconds()):
        return
    mail = _mail
    if mail is None:
        return
    try:
        held = DueMail.objects.filter(pk=mail.pk, due_at=mail.due_at)
        held.update(due_at=timezone.now() + FIRST_WAIT)
    except Error:  # the database is away: it comes when it is held no more
        logger.exception("Could not let go of a mail")


def _claimed() -> DueMail | None:
    """Take one for ourselves: all leave it alone for longer than it takes to send it."""
    now = timezone.now()
    due = DueMail.objects.filter(due_at__lte=now).select_related("member")
    for mail in due.order_by("due_at")[:AT_ONCE]:
        as_found = DueMail.objects.filter(pk=mail.pk, due_at=mail.due_at)
        mail.due_at = now + HELD
        if as_found.update(due_at=mail.due_at, attempts=F("attempts") + 1):
            return mail
    return None


def _send(mail: DueMail) -> bool:
    member = mail.member
    try:
        if member.is_active and member.email:
            subject, body = _TEXTS[DueMail.Kind(mail.kind)](member)
            send_mail(subject, body, None, [member.email])
    except Error:  # without the database no other mail can be sent either
        raise
    except Exception as error:  # whatever is wrong with one mail, the others go on
        _note(mail, error)
        _put_off(mail)
        return False
    mail.delete()
    return True


def _note(mail: DueMail, error: Exception) -> None:
    """What mail servers and codecs say may hold the member's address: of them the code is told."""
    why = type(error).__name__
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _said in error.recipients.values()})
        why = f"{why} {' '.join(codes)}"
    elif isinstance(error, SMTPResponseException):
        why = f"{why} {error.smtp_code}"
    elif isinstance(error, OSError):
        why = f"{why}: {error}"
    fault = not isinstance(error, OSError | ValueError)  # of ours, to be traced
    attempt = mail.attempts + 1
    logger.error("Could not mail %s, attempt %d: %s", mail, attempt, why, exc_info=fault)


def _put_off(mail: DueMail) -> None:
    now = timezone.now()
    if now - mail.asked_at > GIVEN_UP_AFTER:
        mail.delete()
        return
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts, 10), LONGEST_WAIT)
    DueMail.objects.filter(pk=mail.pk).update(due_at=now + wait)


def _reset_mail(member: Member) -> tuple[str, str]:
    """The link leads to the site as it is configured, not to the host that a request named."""
    context = {
        "member": member,
        "site_name": settings.SITE_NAME,
        "link": settings.PUBLIC_URL + sign_in_address(member),
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    subject = _("%(site)s: set a new password") % {"site": settings.SITE_NAME}
    return subject, render_to_string("accounts/password_reset_mail.txt", context)


_TEXTS = {DueMail.Kind.RESET: _reset_mail}


class _Postman(Thread):
    """Sends what is due, then sleeps until something is, or may be."""

    def __init__(self) -> None:
        super().__init__(name="mail", daemon=True)
        self.asked = Event()

    def run(self) -> None:
        while True:
            pause = self.round()
            connections.close_all()
            longest = ROUND.total_seconds()
            self.asked.wait(longest if pause is None else min(pause, longest))
            self.asked.clear()

    def round(self) -> float | None:
        """Send, and for how many seconds there is nothing to do then; None: until it is asked."""
        try:
            send_due()
            return _seconds_to_next()
        except Exception:  # the database may be away: mail must go on when it is back
            logger.exception("Could not look for mail")
            return FIRST_WAIT.total_seconds()


def _seconds_to_next() -> float | None:
    first = DueMail.objects.order_by("due_at").values_list("due_at", flat=True).first()
    return None if first is None else max(1.0, (first - timezone.now()).total_seconds())


_postman: _Postman | None = None
_starting = Lock()


def wake() -> None:
    """Have this process look for mail that is due; its thread starts with the first call."""
    global _postman
    with _starting:
        if _postman is None or not _postman.is_alive():
            _postman = _Postman()
            _postman.start()
    _postman.asked.set()
