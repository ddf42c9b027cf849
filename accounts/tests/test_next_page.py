from urllib.parse import urljoin, urlsplit

import pytest

from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\n//evil.example",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "accounts:logout",
    "evil",
    "http://[",
    "/\x00",
    "/" + "x" * 30_000,
    "/password-reset/done/",
    "/logout/",
    "",
]


def location(response):
    assert response.status_code == 302
    return urljoin("http://testserver/login/", response.headers["Location"])


@pytest.mark.parametrize("wanted", ELSEWHERE)
@pytest.mark.parametrize("where", ["address", "form"])
def test_signing_in_stays_on_this_site(client, alice, wanted, where):
    hand = {"username": "Alice", "password": PASSWORD}
    if where == "form":
        response = client.post("/login/", hand | {"next": wanted})
    else:
        response = client.post("/login/", hand, query_params={"next": wanted})
    assert urlsplit(location(response)).netloc == "testserver"


@pytest.mark.parametrize("wanted", ELSEWHERE)
@pytest.mark.parametrize("path", ["/login/", "/register/"])
def test_so_do_members_who_are_led_on(as_alice, wanted, path):
    response = as_alice.get(path, {"next": wanted})
    assert urlsplit(location(response)).netloc == "testserver"


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "/%2Fevil.example"])
def test_so_does_registering(client, wanted):
    hand = {"username": "Carol", "password1": PASSWORD, "password2": PASSWORD, "next": wanted}
    assert urlsplit(location(client.post("/register/", hand))).netloc == "testserver"


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example"])
def test_so_does_choosing_the_appearance(client, wanted):
    response = client.post("/appearance/", {"theme": "dark", "next": wanted})
    assert location(response) == "http://testserver/appearance/"


@pytest.mark.parametrize("wanted", ["//evil.example", "javascript:alert(1)", '"><script>'])
def test_links_do_not_pass_it_on(client, wanted):
    page = client.get("/login/", {"next": wanted}).content.decode()
    assert 'href="/register/"' in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    "wanted", ["/b/tea/", "/b/tea/?sort=new&t=day", "http://testserver/b/tea/"]
)
def test_own_pages_are_fine(as_alice, wanted):
    response = as_alice.get("/login/", {"next": wanted})
    assert response.headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted", ["settings/", "?tab=1", "../x", "/logout/", "/password-reset/done/"]
)
def test_what_leads_nowhere_leads_to_the_front_page(as_alice, wanted):
    response = as_alice.get("/login/", {"next": wanted})
    assert response.headers["Location"] == "/"
