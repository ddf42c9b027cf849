import importlib

from django.apps import AppConfig
from django.conf import settings


class RboardConfig(AppConfig):
    name = "rboard"

    def ready(self) -> None:
        if settings.METRICS_ALLOW:
            # Loaded only where it is wanted, and once there are models.
            importlib.import_module("rboard.metrics").count_deeds()
