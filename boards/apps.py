import importlib

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "boards"

    def ready(self) -> None:
        # Connects the receiver; models must be there first.
        importlib.import_module("boards.signals")
