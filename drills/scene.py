"""Makes members who write, and where: run in a process of its own, prints it as JSON."""

import json
import os
import sys

import django


def main(writers: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rboard.settings")
    django.setup()
    # Models can't be imported before.
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from accounts.models import Member  # noqa: PLC0415
    from boards.actions import make_board  # noqa: PLC0415
    from discussions.actions.posts import submit_post  # noqa: PLC0415

    name = settings.SESSION_COOKIE_NAME
    members = [Member.objects.create_user(f"writer_{n}", "a long password") for n in range(writers)]
    board = make_board(maker=members[0], name="drill", title="Drill")
    posts = [
        submit_post(author=members[0], board=board, title=f"Thread {n}") for n in range(writers)
    ]
    cookies = []
    for member in members:
        client = Client()
        client.force_login(member)
        cookies.append(f"{name}={client.cookies[name].value}")
    print(
        json.dumps({"cookies": cookies, "addresses": [f"{post.address}reply/" for post in posts]})
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
