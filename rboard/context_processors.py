"""What every template knows about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.preferences import preferences


def site(request: HttpRequest) -> dict[str, Any]:
    return preferences(request) | {
        "site_name": settings.SITE_NAME,
        "public_url": settings.PUBLIC_URL,
        "read_only": getattr(request, "read_only", None),
    }
