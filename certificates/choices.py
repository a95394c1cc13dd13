from django.db import models
from django.utils.translation import gettext_lazy as _


class CertificateStatus(models.TextChoices):
    ISSUED = "issued", _("Being made")
    READY = "ready", _("Valid")
    SUPERSEDED = "superseded", _("Superseded")
    REVOKED = "revoked", _("Revoked")


# One enrolment has at most one of these.
LIVE = (CertificateStatus.ISSUED, CertificateStatus.READY)
