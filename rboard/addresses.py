"""Addresses in the environment, judged at the start rather than by the first who needs them."""

import importlib
import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from rboard.environment import env


def redis(name: str) -> str:
    """The address of a Redis, or of several with commas; "" for none.

    Its own library judges it, which is loaded only where one is used. What is wrong is not
    repeated: it may be a part of the password.
    """
    value = str(env.str(name, default="").strip())
    for part in re.split("[;,]", value) if value else []:
        try:
            _judge_redis(part)
        except (ValueError, TypeError):  # of an unknown option
            raise ImproperlyConfigured(
                f"{name} must look like redis://:password@host:6379/0, rediss://… or unix:///a/path."
            ) from None
    return value


def _judge_redis(url: str) -> None:
    pool = importlib.import_module("redis").ConnectionPool.from_url(url)
    connection = pool.make_connection()  # which connects when it is first used
    str(getattr(connection, "host", None) or "").encode("idna")
    database = urlsplit(url).path.strip("/")
    if not url.startswith("unix:") and database and not database.isdecimal():
        raise ValueError
