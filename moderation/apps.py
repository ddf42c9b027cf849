import importlib

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        # Connects the receivers; models must be there first.
        importlib.import_module("moderation.signals")
        importlib.import_module("moderation.going")
