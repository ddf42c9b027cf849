"""What every template knows about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {
        "site_name": settings.SITE_NAME,
        "public_url": settings.PUBLIC_URL,
        "theme": request.COOKIES.get("theme", "auto"),
    }
