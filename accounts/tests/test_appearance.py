import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

pytestmark = pytest.mark.django_db


def test_guests_choose_a_theme(client):
    assertRedirects(client.post("/appearance/", {"theme": "dark"}), "/appearance/")
    assertContains(client.get("/login/"), 'data-theme="dark"')
    assertContains(client.get("/appearance/"), "checked")


def test_keys_can_be_turned_off(client):
    assertNotContains(client.get("/login/"), "data-keys")
    client.post("/appearance/", {"keys": "off"})
    assertContains(client.get("/login/"), 'data-keys="off"')
    client.post("/appearance/", {"keys": "on"})
    assertNotContains(client.get("/login/"), "data-keys")


def test_what_is_not_sent_stays(client):
    client.post("/appearance/", {"theme": "dark", "keys": "off"})
    client.post("/appearance/", {"keys": "on"})
    assert client.cookies["theme"].value == "dark"


@pytest.mark.parametrize("https", [True, False])
def test_the_cookies_are_kept_well(client, settings, https):
    settings.HTTPS = https
    cookie = client.post("/appearance/", {"theme": "light"}).cookies["theme"]
    assert cookie["samesite"] == "Lax"
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is https
    assert cookie["max-age"] == 365 * 24 * 60 * 60


@pytest.mark.parametrize("value", ["pink", '"><script>alert(1)</script>', "\x00", "x" * 5000])
def test_it_refuses_other_values(client, value):
    for name in ("theme", "keys"):
        response = client.post("/appearance/", {name: value})
        assert response.status_code == 422
        assert name in response.context["form"].errors
        assert name not in response.cookies


@pytest.mark.parametrize("value", ["pink", "&quot;&gt;<script>", "x' onload='alert(1)", ""])
def test_cookies_of_other_values_count_for_nothing(client, value):
    client.cookies["theme"] = client.cookies["keys"] = value
    page = client.get("/appearance/")
    assertContains(page, '<html lang="en" data-theme="auto">')


def test_looking_sets_nothing(client):
    assert not {"theme", "keys"} & set(client.get("/appearance/").cookies)


def test_it_leads_back(client):
    response = client.post("/appearance/", {"theme": "dark", "next": "/login/"})
    assertRedirects(response, "/login/")
