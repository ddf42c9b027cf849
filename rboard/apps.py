from django.apps import AppConfig


class RboardConfig(AppConfig):
    name = "rboard"
