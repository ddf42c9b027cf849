import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("ensure_operator", *args, stdout=out)
    return out.getvalue().strip()


def test_it_makes_an_operator_and_tells_the_password(client):
    words = run().split()
    assert words[:4] == ["Sign", "in", "as", "operator"]
    operator = Member.objects.get()
    assert operator.is_superuser
    assert operator.is_staff
    assert operator.check_password(words[-1])


def test_run_again_it_reminds_how_to_set_a_password():
    run("--name", "Olga")
    assert run().endswith("manage.py changepassword Olga")
    assert Member.objects.count() == 1


def test_passwords_differ():
    first = run()
    Member.objects.all().delete()
    assert run() != first


def test_it_answers_machines():
    made, again = json.loads(run("--json")), json.loads(run("--json"))
    assert (made["created"], made["username"]) == (True, "operator")
    assert Member.objects.get().check_password(made["password"])
    assert again == {"created": False, "username": "operator", "password": None}


def test_it_takes_nobodys_name():
    Member.objects.create_user("Operator", None, imported=True)
    with pytest.raises(CommandError, match="another --name") as failure:
        run()
    assert failure.value.returncode == 1


@pytest.mark.parametrize("name", ["", "a b", "x" * 31, "\u0430dmin"])
def test_it_refuses_what_is_no_name(name):
    with pytest.raises(CommandError) as failure:
        run("--name", name)
    assert failure.value.returncode == 2
