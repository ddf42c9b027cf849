"""Whether a backup is one that this site made.

What a backup holds is run by the database: a dump of PostgreSQL is SQL, and a file of SQLite may
hold triggers. So a backup is signed with a key that comes of SECRET_KEY, and only its owner's are
taken without being asked for.
"""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "rboard.backups"


def of(sums: bytes, secret: str | bytes | None = None) -> str:
    """The signature of a list of checksums, by default with this site's secret."""
    return salted_hmac(SALT, sums, secret=secret, algorithm="sha256").hexdigest()


def is_ours(sums: bytes, signature: str) -> bool:
    """Whether the list was signed with this site's secret, or one that it had before."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(of(sums, secret), signature) for secret in secrets)
