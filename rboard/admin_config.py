"""Django's admin with the site that knows moderators."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "moderation.site.DeskSite"
