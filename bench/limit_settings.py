"""Settings of the limit: Django without anything (see limit.py)."""

from rboard.settings import DATABASES, SECRET_KEY

__all__ = ["DATABASES", "SECRET_KEY"]

# The connection is kept, but not proved before each request: that would be a second query.
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.limit"
USE_TZ = True
