"""Where uploads are kept, as UPLOADS_URL says: in a folder, or in a bucket of S3 or its like.

Members upload nothing yet. What a site was taught to keep there comes along in its backups.
"""

import sys
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from rboard.environment import env

# By the scheme, that of the server's own address.
SCHEMES = {"s3": "https", "s3+http": "http"}
AMAZON = ".amazonaws.com"


def uploads(name: str, default: str) -> dict[str, Any]:
    """What Django is to know of the storage of an address."""
    found = _storage(urlsplit(env.str(name, default="") or default))
    if not found:  # not shown: a password is in it
        raise ImproperlyConfigured(
            f"{name} must look like file:///a/folder or s3://key:secret@host/bucket?region=name."
        )
    return found


def _storage(url: SplitResult) -> dict[str, Any] | None:
    folder = unquote(url.path)
    if url.scheme == "file" and not url.netloc and folder.startswith("/") and not url.query:
        backend = "django.core.files.storage.FileSystemStorage"
        return {"BACKEND": backend, "OPTIONS": {"location": folder}}
    return _bucket(url) if url.scheme in SCHEMES else None


def _bucket(url: SplitResult) -> dict[str, Any] | None:
    """Without a key the machine's own role opens the bucket."""
    name, _, prefix = unquote(url.path).strip("/").partition("/")
    try:
        place, options = url.port, dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    except ValueError:
        return None
    region = options.pop("region", "us-east-1")
    if not (url.hostname and name) or options or bool(url.username) != bool(url.password):
        return None
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    return {
        "BACKEND": "rboard.bucket.Bucket",  # loads what it needs when the first file is asked for
        "OPTIONS": {
            "endpoint_url": f"{SCHEMES[url.scheme]}://{host}{f':{place}' if place else ''}",
            "bucket_name": name,
            "location": prefix,
            "region_name": region,
            "access_key": unquote(url.username or "") or None,
            "secret_key": unquote(url.password or "") or None,
            # Others know a bucket by the path alone.
            "addressing_style": "auto" if host.endswith(AMAZON) else "path",
        },
    }


def failures() -> tuple[type[Exception], ...]:
    """What a storage raises that can't be reached, or refuses."""
    theirs = sys.modules.get("botocore.exceptions")
    return (OSError, theirs.BotoCoreError, theirs.ClientError) if theirs else (OSError,)
