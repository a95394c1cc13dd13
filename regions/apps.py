from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "regions"

    def ready(self) -> None:
        from messaging import limits
        from regions.models import Region

        limits.register(Region.objects.sms_limit)
