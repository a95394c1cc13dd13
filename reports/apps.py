from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Declare the messages that reach across apps."""
        from messaging import kinds
        from reports.messages import DIGEST  # models can't be imported before

        kinds.register(DIGEST)
