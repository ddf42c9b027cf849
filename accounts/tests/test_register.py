import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts import actions
from accounts.models import Member, RetiredName

pytestmark = pytest.mark.django_db
NEW = "a wholly new sentence"
HAND = {"username": "Carol", "password1": NEW, "password2": NEW}


def send(client, path="/register/", **changes):
    return client.post(path, HAND | changes)


def error(response, field):
    assert response.status_code == 422
    return " ".join(response.context["form"].errors.get(field, []))


def test_it_shows_the_form(client):
    response = client.get("/register/")
    for autocomplete in ("username", "new-password", "email"):
        assertContains(response, f'autocomplete="{autocomplete}"')


def test_it_makes_a_member_and_signs_in(client):
    response = send(client, email="carol@mail.example")
    assertRedirects(response, "/", fetch_redirect_response=False)
    carol = Member.objects.get()
    assert (carol.username, carol.email) == ("Carol", "carol@mail.example")
    assert carol.check_password(NEW)
    assertContains(client.get("/settings/"), "Welcome, Carol!")


def test_it_goes_on_to_the_page_before(client):
    response = send(client, "/register/?next=/b/tea/")
    assertRedirects(response, "/b/tea/", fetch_redirect_response=False)


def test_it_leads_members_on(as_alice):
    assertRedirects(as_alice.get("/register/"), "/", fetch_redirect_response=False)
    assertRedirects(send(as_alice), "/", fetch_redirect_response=False)
    assert Member.objects.count() == 1


def test_it_ignores_fields_of_others(client):
    send(client, is_staff="1", is_superuser="on", imported="1", id="7", joined_at="2001-01-01")
    carol = Member.objects.get()
    assert (carol.is_staff, carol.is_superuser, carol.imported) == (False, False, False)
    assert carol.joined_at.year >= 2020


@pytest.mark.parametrize("name", ["Alice", "ALICE", "alice", "  alice  "])
def test_it_refuses_a_name_in_any_case(client, alice, name):
    assert "taken" in error(send(client, username=name), "username")
    assert Member.objects.count() == 1


@pytest.mark.parametrize("name", ["A1ice", "al1ce", "aIice"])
def test_it_refuses_names_that_look_like_anothers(client, alice, name):
    assert "too much like" in error(send(client, username=name), "username")


@pytest.mark.parametrize(
    "name", ["\u0430dmin", "admin.", "a b", "x@y.example", "<script>", "né", "a\u200bb", "ab\x00c"]
)
def test_it_refuses_characters_that_can_be_confused(client, name):
    assert error(send(client, username=name), "username")
    assert not Member.objects.exists()


@pytest.mark.parametrize("name", ["ADMIN", "Moderator", "adm1n", "_admin_", "settings"])
def test_it_refuses_reserved_names(client, name):
    assert "reserved" in error(send(client, username=name), "username")


@pytest.mark.parametrize("name", ["ab", "x" * 31, "x" * 100_000])
def test_it_refuses_names_of_a_wrong_length(client, name):
    assert "3 to 30" in error(send(client, username=name), "username")


def test_it_refuses_the_names_of_deleted_members(client):
    RetiredName.objects.create(skeleton="carol")
    assert "taken again" in error(send(client), "username")


def test_it_says_how_to_claim_an_imported_name(client, ghost):
    assert "archive" in error(send(client, username="Ghost"), "username")


def test_it_refuses_weak_and_differing_passwords(client):
    for password in ("short", "password123", "carol-carol"):
        response = send(client, username="carolcarol", password1=password, password2=password)
        assert error(response, "password1")
    assert "differ" in error(send(client, password2="another one"), "password2")
    assert not Member.objects.exists()


@pytest.mark.parametrize("field", ["username", "password1", "password2"])
def test_it_needs_each_field(client, field):
    assert "required" in error(send(client, **{field: ""}), field)


@pytest.mark.parametrize("field", ["username", "password1", "password2", "email"])
def test_it_refuses_nul(client, field):
    assert send(client, **{field: "carol\x00carol"}).status_code == 422


def test_it_keeps_what_was_typed_but_no_password(client):
    response = send(client, username="Al Ice", email="no address")
    assertContains(response, 'value="Al Ice"', status_code=422)
    assertContains(response, 'value="no address"', status_code=422)
    assert NEW not in response.content.decode()


def test_it_escapes_what_was_typed(client):
    response = send(client, username='"><img src=x onerror=alert(1)>')
    assert "<img" not in response.content.decode()


def test_it_tells_errors_in_a_summary_and_at_the_field(client):
    page = send(client, username="a b").content.decode()
    assert 'role="alert" tabindex="-1"' in page
    assert '<a href="#id_username">Name</a>' in page
    assert 'aria-describedby="id_username_helptext id_username_error"' in page
    assert 'id="id_username_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_form_sent_twice_signs_in_twice(client, is_signed_in):
    send(client, "/register/?next=/b/tea/")
    client.logout()
    response = send(client, "/register/?next=/b/tea/")
    assertRedirects(response, "/b/tea/", fetch_redirect_response=False)
    assert is_signed_in(client)
    assert Member.objects.count() == 1


def test_a_form_sent_twice_needs_the_same_password(client):
    send(client)
    client.logout()
    response = send(client, password1="some other words", password2="some other words")
    assert "taken" in error(response, "username")


def test_a_form_sent_again_later_finds_the_name_taken(client):
    send(client)
    client.logout()
    Member.objects.update(joined_at=timezone.now() - 2 * actions.DOUBLE_CLICK)
    assert "taken" in error(send(client), "username")


def test_a_form_sent_twice_at_once_makes_one_member():
    first = actions.register(username="Carol", password=NEW)
    assert actions.register(username="Carol", password=NEW) == first
    with pytest.raises(ValidationError, match="taken"):
        actions.register(username="Carol", password="some other words")


def test_losing_a_race_for_a_name_comes_back_to_the_form(client, monkeypatch):
    def taken_meanwhile(**fields):
        raise ValidationError("This name is taken.")

    monkeypatch.setattr(actions, "register", taken_meanwhile)
    assert "taken" in error(send(client), "username")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_member():
    made, start = [], threading.Barrier(8)

    def register():
        start.wait()
        made.append(actions.register(username="Carol", password=NEW).pk)
        connection.close()

    threads = [threading.Thread(target=register) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [Member.objects.get().pk] * 8
