"""Run by test_production in a process of its own, because settings are read once.

Serves some pages as a site with https does, and prints what it answered as JSON.
"""

import json
import shutil
import sys
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.test import Client


def told(answer: Any) -> dict[str, Any]:
    return {
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "cookies": {name: dict(morsel) for name, morsel in answer.cookies.items()},
    }


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    # Compressing all files takes long, and is tried where the site is started as a newcomer does.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    shutil.copytree(settings.BASE_DIR / "static", settings.STATIC_ROOT)
    from accounts.models import Member  # noqa: PLC0415 (not before setup)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Member.objects.create_user("ben", "a long password")
    client = Client(
        enforce_csrf_checks=True,
        raise_request_exception=False,
        headers={"Host": "board.example", "Origin": "https://board.example"},
    )
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    form = client.get("/login/", secure=True)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    sent = {"username": "ben", "password": "a long password"}
    headers = {"X-CSRFToken": token, "Referer": "https://board.example/login/"}
    answers = {
        "form": form,
        "no token": client.post("/login/", sent, secure=True),
        "http origin": client.post(
            "/login/",
            sent,
            secure=True,
            headers={"X-CSRFToken": token, "Origin": "http://board.example"},
        ),
        "foreign referer": Client(enforce_csrf_checks=True, headers={"Host": "board.example"}).post(
            "/login/", sent, secure=True, headers={"Referer": "https://evil.example/"}
        ),
        "signed in": client.post("/login/", sent, secure=True, headers=headers),
        "front": client.get("/", secure=True),
        "insecure": client.get("/boards/?q=x"),
        "appearance": client.post(
            "/appearance/",
            {"theme": "dark"},
            secure=True,
            headers={"X-CSRFToken": client.cookies[settings.CSRF_COOKIE_NAME].value},
        ),
        "404": client.get("/nothing/", secure=True),
        "foreign host": client.get("/", secure=True, headers={"Host": "evil.example"}),
        "forwarded host": client.get(
            "/", secure=True, headers={"X-Forwarded-Host": "evil.example"}
        ),
        "static": client.get(settings.STATIC_URL + "rboard/icon.svg", secure=True),
        "no static": client.get(settings.STATIC_URL + "../manage.py", secure=True),
    }
    json.dump({name: told(answer) for name, answer in answers.items()}, sys.stdout)


main()
