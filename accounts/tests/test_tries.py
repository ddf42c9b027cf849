"""How often a password may be tried."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts import actions, tries
from accounts.backends import MemberBackend
from accounts.links import sign_in_address
from accounts.tests.conftest import PASSWORD
from accounts.tests.test_login import send
from accounts.tests.test_password_change import NEW
from accounts.tests.test_password_reset import set_password
from accounts.tries import ANYWHERE

pytestmark = pytest.mark.django_db


def guess(name, times=10, path="/login/"):
    """Each from another address, by another browser."""
    for number in range(times):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}", HTTP_USER_AGENT=f"guesser {number}")
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
        response = send(client, name, f"wrong {number}", path=path)
    return response


def test_the_eleventh_wrong_password_is_refused_wherever_it_comes_from(alice):
    assert guess("Alice").status_code == 422
    told = guess("aLICE", times=1)
    assertContains(told, "Too many tries", status_code=429)
    assert told.headers["Retry-After"] == "900"
    assert "no-store" in told.headers["Cache-Control"]


def test_not_even_the_right_password_is_taken_then(client, alice, is_signed_in):
    guess("Alice", times=11)
    assert send(client, "Alice").status_code == 429
    assert not is_signed_in(client)


def test_others_and_who_is_signed_in_notice_nothing(as_alice, client, bob, is_signed_in):
    guess("Alice", times=12)
    assert is_signed_in(as_alice)
    assert send(client, "bob").status_code == 302


def test_the_answers_for_a_name_that_nobody_has_are_the_same(client, alice):
    pages = {name: [guess(name, times=1) for _ in range(12)] for name in ("Alice", "Peter")}
    statuses = {name: [page.status_code for page in found] for name, found in pages.items()}
    assert statuses["Alice"] == statuses["Peter"] == [422] * 10 + [429] * 2
    assert pages["Alice"][-1].content == pages["Peter"][-1].content


def test_the_desk_counts_with_the_site(alice):
    guess("Alice", times=5)
    assert guess("Alice", times=5, path="/admin/login/").status_code == 200
    assert guess("Alice", times=1, path="/admin/login/").status_code == 429
    assert guess("Alice", times=1).status_code == 429


def test_a_right_password_makes_an_end_of_counting(client, alice):
    guess("Alice")
    assert send(client, "Alice").status_code == 302
    assert guess("Alice").status_code == 422


def test_a_new_password_can_be_used_at_once(client, alice):
    guess("Alice", times=12)
    actions.set_password(member=alice, password="a new one, and a good one")
    assert send(client, "Alice", "a new one, and a good one").status_code == 302


@pytest.mark.parametrize("was_signed_in", [False, True])
def test_who_sets_one_by_a_link_may_sign_in_while_others_go_on_guessing(
    client, alice, bob, is_signed_in, was_signed_in
):
    if was_signed_in:
        client.force_login(alice)
    set_password(client, sign_in_address(alice))
    assert not is_signed_in(client)
    for name in ("Alice", "bob"):
        guess(name, times=12)
        assert send(Client(), name, NEW).status_code == 429
    assert send(client, "bob").status_code == 429
    assert send(client, "aLICE", NEW).status_code == 302
    assert is_signed_in(client)


def test_a_link_that_was_used_is_no_place_to_guess_either(client, alice):
    set_password(client, sign_in_address(alice))
    answers = [send(client, "Alice", f"wrong {number}").status_code for number in range(12)]
    assert answers == [422] * 10 + [429] * 2


# Each with what a form says besides, and the field that is wrong.
PROOFS = [
    ("/settings/password/", "old_password", {"new_password1": NEW, "new_password2": NEW}),
    ("/settings/", "password", {"email": "other@mail.example", "bio": ""}),
    ("/settings/delete/", "password", {}),
]


def prove(client, password, proof):
    path, field, others = proof
    return client.post(path, {**others, field: password})


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof[0])
def test_a_session_left_open_is_no_place_to_guess_either(as_alice, alice, proof):
    for number in range(11):
        wrong = prove(as_alice, f"wrong {number}", PROOFS[number % len(PROOFS)])
        assertContains(wrong, "This is not your password.", status_code=422)
    told = prove(as_alice, PASSWORD, proof)
    assertContains(told, "Too many wrong passwords came", status_code=422)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert alice.email == "alice@mail.example"


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof[0])
def test_who_is_signed_in_is_not_kept_from_it_by_guesses_of_others(as_alice, proof):
    guess("Alice", times=12)
    assert prove(as_alice, PASSWORD, proof).status_code == 302


def test_a_right_password_in_the_settings_makes_an_end_of_counting(as_alice):
    for name in ("one", "another"):
        proof = ("/settings/", "password", {"email": f"{name}@mail.example", "bio": ""})
        for _ in range(10):
            prove(as_alice, "wrong", proof)
        assert prove(as_alice, PASSWORD, proof).status_code == 302


def test_a_form_to_register_is_no_place_to_guess_who_just_did(client, alice, is_signed_in):
    """The right password there is a form sent twice."""

    def register(password):
        sent = {"username": "Alice", "password1": password, "password2": password}
        return client.post("/register/", sent)

    for number in range(11):
        assert register(f"wr0ng sentence {number}").status_code == 422
    assert register(PASSWORD).status_code == 422
    assert not is_signed_in(client)


def test_the_desk_sends_who_wants_a_new_password_to_the_site(as_alice, alice):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    assertRedirects(as_alice.post("/admin/password_change/"), "/settings/password/")


def test_a_quarter_of_an_hour_later_all_is_forgotten(client, alice):
    guess("Alice", times=12)
    earlier = timezone.now() - timedelta(minutes=15, seconds=1)
    AccessAttempt.objects.update(attempt_time=earlier)
    assert send(client, "Alice").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_nobody_waits_until_many_names_are_forgotten(client, alice, monkeypatch):
    monkeypatch.setattr(tries, "FEW", 3)
    for number in range(5):
        guess(f"name_{number}", times=1)
    earlier = timezone.now() - timedelta(minutes=15, seconds=1)
    AccessAttempt.objects.update(attempt_time=earlier)
    guess("Alice", times=1)
    assert tries.old_tries().count() == 2
    guess("Alice", times=1)
    assert AccessAttempt.objects.get().username == "alice"


def test_those_that_come_while_one_is_looked_at_do_not_make_it_one_more(alice, monkeypatch):
    """As when all are sent at once, to many processes: each began before another one ended."""
    look, looked_at = MemberBackend.authenticate, []

    def look_slowly(self, request, username=None, password=None, **rest):
        looked_at.append(password)
        if len(looked_at) == 1:
            guess("Alice", times=20)
        return look(self, request, username, password, **rest)

    monkeypatch.setattr(MemberBackend, "authenticate", look_slowly)
    guess("Alice", times=1)
    assert len(looked_at) == 11


def test_what_is_refused_does_not_prolong_the_pause(client, alice):
    guess("Alice", times=11)
    earlier = timezone.now() - timedelta(minutes=10)
    AccessAttempt.objects.update(attempt_time=earlier)
    guess("Alice", times=2)
    assert AccessAttempt.objects.get().attempt_time == earlier


def test_nothing_is_kept_of_where_they_came_from_or_what_they_sent(alice):
    guess("Alice", times=3)
    sent = {"username": "Alice", "password": "wrong", "csrfmiddlewaretoken": "t0ken", "more": "x"}
    Client(HTTP_ACCEPT="text/odd").post("/login/?next=/b/secret/", sent)
    kept = AccessAttempt.objects.get()
    assert (kept.username, kept.failures_since_start) == ("alice", 4)
    assert kept.ip_address == ANYWHERE["ip_address"]
    others = (kept.user_agent, kept.http_accept, kept.path_info, kept.get_data, kept.post_data)
    assert others == ("", "", "", "", "")
