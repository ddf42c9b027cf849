"""Mail that is due, and how it is sent."""

import json
import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import mailing
from accounts.models import DueMail
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ADDRESS = "alice@mail.example"
# Too long once the domain is written in plain letters.
UNMAILABLE = f"a@{'ü' * 60}.com"


@pytest.fixture
def server_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(mailing, "send_mail", refuse)


@pytest.fixture
def due(alice):
    mailing.ask(alice, DueMail.Kind.RESET)
    return DueMail.objects.get()


def later(due, **passed):
    """As if time had passed since it was asked for."""
    due.refresh_from_db()
    for name in ("asked_at", "due_at"):
        setattr(due, name, getattr(due, name) - timedelta(**passed))
    due.save()


def test_the_answer_does_not_wait_for_the_mail_server(client, alice, server_down):
    assert client.post("/password-reset/", {"email": "Alice"}).status_code == 302
    assert DueMail.objects.get().attempts == 0


def test_the_mail_is_sent_and_forgotten(due):
    assert mailing.send_due() == (1, 0)
    assert [message.to for message in mail.outbox] == [["alice@mail.example"]]
    assert mailing.send_due() == (0, 0)
    assert not DueMail.objects.exists()


def test_asked_for_again_it_is_sent_once(due, alice):
    mailing.ask(alice, DueMail.Kind.RESET)
    assert mailing.send_due() == (1, 0)


class Ended(BaseException):
    """As when the process ends."""


@pytest.fixture
def ending(monkeypatch):
    """The process is told to end while it sends a mail, which takes longer than it waits."""
    monkeypatch.setattr(mailing, "_ending", threading.Event())
    monkeypatch.setattr(mailing, "LAST_MAIL", timedelta(0))
    monkeypatch.setattr(mailing, "_free", threading.Event())


def test_one_that_a_process_leaves_behind_is_tried_by_another_soon(due, ending, monkeypatch):
    def hang(*args, **kwargs):
        mailing.end()
        raise Ended

    monkeypatch.setattr(mailing, "send_mail", hang)
    with pytest.raises(Ended):
        mailing.send_due()
    due.refresh_from_db()
    assert timezone.now() < due.due_at <= timezone.now() + mailing.FIRST_WAIT


def test_a_process_that_ends_takes_no_other_one(due, bob, ending, monkeypatch):
    mailing.ask(bob, DueMail.Kind.RESET)
    monkeypatch.setattr(mailing, "send_mail", lambda *args, **kwargs: mailing.end())
    assert mailing.send_due() == (1, 0)
    assert DueMail.objects.get().due_at <= timezone.now()


def test_a_process_that_ends_while_it_takes_one_waits_for_it(due, ending, monkeypatch):
    claimed, free = mailing._claimed, []

    def take():
        free.append(mailing._free.is_set())
        return claimed()

    monkeypatch.setattr(mailing, "_claimed", take)
    assert mailing.send_due() == (1, 0)
    assert free == [False, False]
    assert mailing._free.is_set()


def test_a_thread_looks_again_though_nobody_asks_it(db, monkeypatch):
    """What another process has left behind nobody tells it."""
    pauses = []

    class Asked:
        def wait(self, pause):
            pauses.append(pause)
            raise Ended

    monkeypatch.setattr(mailing.connections, "close_all", lambda: None)
    postman = mailing._Postman()
    postman.asked = Asked()
    for pause in (None, 600.0, 7.0):
        monkeypatch.setattr(postman, "round", lambda pause=pause: pause)
        with pytest.raises(Ended):
            postman.run()
    assert pauses == [60, 60, 7]


def test_what_lets_somebody_in_is_not_in_the_database(due):
    assert [field.name for field in DueMail._meta.fields] == [
        "id", "member", "kind", "asked_at", "due_at", "attempts",
    ]  # fmt: skip


def test_what_fails_is_tried_again_later_and_later(due, server_down, caplog):
    waits = []
    for _attempt in range(8):
        later(due, minutes=11)
        assert mailing.send_due() == (0, 1)
        assert mailing.send_due() == (0, 0)  # not at once
        due.refresh_from_db()
        waits.append(round((due.due_at - timezone.now()).total_seconds(), -1))
    assert waits == [30, 60, 120, 240, 480, 600, 600, 600]
    assert "Could not mail" in caplog.text
    assert "alice@mail.example" not in caplog.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, f"<{ADDRESS}>".encode())}), "Refused 550"),
        (smtplib.SMTPDataError(554, f"spam for {ADDRESS}".encode()), "SMTPDataError 554"),
        (UnicodeError(f"{ADDRESS}: label too long"), "UnicodeError"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
    ],
)
def test_the_log_tells_why_and_not_to_whom(due, monkeypatch, caplog, error, told):
    monkeypatch.setattr(mailing, "send_mail", lambda *_args: (_ for _ in ()).throw(error))
    assert mailing.send_due() == (0, 1)
    assert told in caplog.text
    assert ADDRESS not in caplog.text


def test_it_is_sent_when_the_mail_server_is_back(due, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(mailing, "send_mail", lambda *_args: (_ for _ in ()).throw(OSError))
        assert mailing.send_due() == (0, 1)
    later(due, minutes=1)
    assert mailing.send_due() == (1, 0)
    assert len(mail.outbox) == 1


def test_after_a_day_it_is_given_up(due, server_down):
    later(due, days=1, minutes=1)
    assert mailing.send_due() == (0, 1)
    assert not DueMail.objects.exists()


def test_an_address_that_cannot_be_written_to_holds_nobody_up(due, alice, bob):
    type(alice).objects.filter(pk=alice.pk).update(email=UNMAILABLE)
    type(bob).objects.filter(pk=bob.pk).update(email="bob@mail.example")
    mailing.ask(bob, DueMail.Kind.RESET)
    assert mailing.send_due() == (1, 1)
    assert [message.to for message in mail.outbox] == [["bob@mail.example"]]
    later(due, days=1, minutes=1)
    assert mailing.send_due() == (0, 1)
    assert not DueMail.objects.exists(), "given up like any other"


def test_a_database_that_is_gone_is_no_fault_of_the_mail(due, monkeypatch):
    def gone(*_args):
        raise OperationalError

    monkeypatch.setattr(mailing, "send_mail", gone)
    with pytest.raises(OperationalError):
        mailing.send_due()


def test_an_address_that_cannot_be_written_to_is_refused(client, as_alice, alice):
    form = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/register/", form | {"email": UNMAILABLE})
    assert "valid email address" in answer.content.decode()
    assert not type(alice).objects.named("carol").exists()
    as_alice.post("/settings/", {"email": UNMAILABLE, "password": PASSWORD, "bio": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@mail.example"
    assert client.post("/register/", form | {"email": "c@bücher.example"}).status_code == 302


def test_two_servers_do_not_send_the_same(due, monkeypatch):
    """The other one comes while this one talks to the mail server."""
    others = []
    monkeypatch.setattr(mailing, "send_mail", lambda *_args: others.append(mailing.send_due()))
    assert mailing.send_due() == (1, 0)
    assert others == [(0, 0)]


def test_a_slow_mail_server_is_not_asked_twice(due, monkeypatch, settings):
    """It takes as long as it may for each answer, and the other server looks again and again."""
    others, answers = [], 12

    def send(*_args):
        for seconds in range(0, answers * settings.EMAIL_TIMEOUT, settings.EMAIL_TIMEOUT):
            now = timezone.now() + timedelta(seconds=seconds)
            with monkeypatch.context() as patch:
                patch.setattr(timezone, "now", lambda now=now: now)
                others.append(mailing.send_due())

    monkeypatch.setattr(mailing, "send_mail", send)
    assert mailing.send_due() == (1, 0)
    assert others == [(0, 0)] * answers


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_who_is_not_to_be_written_to_gets_none(due, alice, change):
    type(alice).objects.filter(pk=alice.pk).update(**change)
    mailing.send_due()
    assert mail.outbox == []
    assert not DueMail.objects.exists()


def test_it_goes_with_its_member(due, alice):
    alice.delete()
    assert mailing.send_due() == (0, 0)


def test_the_command_sends_and_tells(due, capsys):
    call_command("send_mail", "--json")
    assert json.loads(capsys.readouterr().out) == {"sent": 1, "failed": 0, "waiting": 0}


def test_the_command_says_when_some_could_not_be_sent(due, server_down, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("send_mail")
    assert ended.value.code == 3
    assert capsys.readouterr().out == "0 sent, 1 failed, 1 still to be sent.\n"


def test_a_thread_sleeps_until_something_is_due(due, server_down):
    postman = mailing._Postman()
    assert 29 < postman.round() <= 30
    DueMail.objects.all().delete()
    assert postman.round() is None


@pytest.mark.django_db(transaction=True)
def test_a_thread_sends_it_after_the_answer(alice, monkeypatch):
    senders, done = [], threading.Event()
    monkeypatch.setattr(mailing, "_postman", None)
    monkeypatch.setattr(
        mailing, "send_mail", lambda *_args: senders.append(threading.current_thread().name)
    )
    # The last that it asks the database for, before it sleeps.
    monkeypatch.setattr(mailing, "_seconds_to_next", done.set)
    assert Client().post("/password-reset/", {"email": "Alice"}).status_code == 302
    assert done.wait(30)
    assert senders == ["mail"]
