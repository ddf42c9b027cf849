import importlib

from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    name = "discussions"

    def ready(self) -> None:
        # Connects the receiver; models must be there first.
        importlib.import_module("discussions.signals")
