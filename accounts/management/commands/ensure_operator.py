import json as json_format
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from accounts.models import Member
from accounts.names import MAX_LENGTH, PATTERN


class Command(BaseCommand):
    help = "Make a superuser with a random password, unless the site has a superuser already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="operator", help="the name to give (operator)")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, name: str, json: bool, **options: Any) -> None:
        if not PATTERN.fullmatch(name) or len(name) > MAX_LENGTH:
            raise CommandError(f"{name!r} can't be a member's name.", returncode=2)
        try:
            password = actions.ensure_operator(name)
        except ValidationError:
            raise CommandError(
                f"There is a member {name} who is no superuser: give another --name."
            ) from None
        if password is None:
            name = _first_operator()
        self.stdout.write(_as_json(name, password) if json else _as_text(name, password))


def _first_operator() -> str:
    return Member.objects.filter(is_superuser=True).order_by("pk")[0].username


def _as_text(name: str, password: str | None) -> str:
    if password is None:
        return (
            f"The operator is {name}. A new password: "
            f"{sys.executable} manage.py changepassword {name}"
        )
    return f"Sign in as {name} with the password {password}"


def _as_json(name: str, password: str | None) -> str:
    answer = {"created": password is not None, "username": name, "password": password}
    return json_format.dumps(answer)
