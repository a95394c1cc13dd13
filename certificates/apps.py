from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        """Declare the messages about certificates."""
        from certificates import messages
        from messaging import kinds

        kinds.register(messages.READY)
        kinds.register(messages.READY_MANAGER)
