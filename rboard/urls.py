"""Every address of the site; the README lists them."""

from django.contrib import admin
from django.urls import include, path, register_converter

from discussions.converters import IdConverter

register_converter(IdConverter, "id")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("inbox.urls")),
    path("", include("boards.urls")),
    # Before discussions, whose slugs would take these addresses.
    path("", include("moderation.urls")),
    path("", include("discussions.urls")),
]

handler400 = "rboard.errors.bad_request"
handler403 = "rboard.errors.forbidden"
handler500 = "rboard.errors.server_error"
