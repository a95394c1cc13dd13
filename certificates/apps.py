import logging

from django.apps import AppConfig
from django.conf import settings
from django.utils import timezone

logger = logging.getLogger(__name__)


class CertificatesConfig(AppConfig):
    name = "certificates"

    def ready(self) -> None:
        """Declare the messages about certificates, and say at once which seals can't be made."""
        from certificates import messages
        from messaging import kinds

        for kind in messages.KINDS:
            kinds.register(kind)
        if settings.SEAL_REGIONS:
            from certificates import sealing

            for problem in sealing.problems(now=timezone.now()):
                logger.error(problem)
