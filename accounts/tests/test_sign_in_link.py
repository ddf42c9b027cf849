import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django.asserts import assertRedirects

pytestmark = pytest.mark.django_db
NEW = "a wholly new sentence"


def run(*args):
    out, err = StringIO(), StringIO()
    call_command("sign_in_link", *args, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


def test_it_prints_a_link_that_claims_an_imported_name(client, ghost):
    link, hint = run("GHOST")
    assert link.startswith(settings.PUBLIC_URL + "/")
    assert "once, within 24 hours" in hint
    form = client.get(link, follow=True).request["PATH_INFO"]
    response = client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assertRedirects(response, "/password-reset/complete/")
    ghost.refresh_from_db()
    assert not ghost.imported


def test_it_answers_machines(alice):
    answer = json.loads(run("alice", "--json")[0])
    assert answer["username"] == "Alice"
    assert answer["url"].startswith(settings.PUBLIC_URL)


def test_it_answers_for_several_at_once(client, alice, ghost):
    lines, hint = run("alice", ghost.username)
    for line, name in zip(lines.splitlines(), ("Alice", ghost.username), strict=True):
        said, link = line.split(": ", 1)
        assert said == name
        assert client.get(link, follow=True).context["form"].user.username == name
    assert "Each works once" in hint
    answers = [json.loads(line) for line in run("alice", ghost.username, "--json")[0].splitlines()]
    assert [answer["username"] for answer in answers] == ["Alice", ghost.username]


def test_of_several_one_who_is_not_there_stops_it(alice):
    with pytest.raises(CommandError, match="no member 'nobody'"):
        run("alice", "nobody")


def test_it_says_when_there_is_no_such_member():
    with pytest.raises(CommandError, match="no member 'nobody'") as failure:
        run("nobody")
    assert failure.value.returncode == 1


def test_it_says_when_the_member_can_not_sign_in_anyway(alice):
    alice.is_active = False
    alice.save()
    with pytest.raises(CommandError, match="not active"):
        run("alice")
