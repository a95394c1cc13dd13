from django.apps import AppConfig


class IntroprogramConfig(AppConfig):
    name = "introprogram"
