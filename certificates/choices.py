from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CertificateKind(models.TextChoices):
    """What is certified: that the programme is completed, or which modules were attended by who hasn't completed it."""

    CERTIFICATE = "certificate", _("Certificate")
    STATEMENT = "statement", _("Participation statement")


class CertificateStatus(models.TextChoices):
    ISSUED = "issued", _("Being made")
    READY = "ready", _("Valid")
    SUPERSEDED = "superseded", _("Superseded")
    REVOKED = "revoked", _("Revoked")


# One enrolment has at most one of these, of whatever kind.
LIVE = (CertificateStatus.ISSUED, CertificateStatus.READY)


class Show(models.TextChoices):
    """What part of the register is looked at."""

    VALID = "valid", pgettext_lazy("register", "Valid certificates")
    STATEMENTS = "statements", pgettext_lazy("register", "Valid participation statements")
    WAITING = "waiting", pgettext_lazy("register", "Being made")
    FAILED = "failed", pgettext_lazy("register", "Could not be made")
    DOUBT = "doubt", pgettext_lazy("register", "In doubt")
    AUTOMATIC = "automatic", pgettext_lazy("register", "Issued automatically")
    SUPERSEDED = "superseded", pgettext_lazy("register", "Superseded")
    REVOKED = "revoked", pgettext_lazy("register", "Revoked")


class Need(models.TextChoices):
    """Why somebody has to do something about a person; the most pressing first."""

    OFFER = "offer", pgettext_lazy("needs action", "Offers to answer")
    NOT_PLACED = "not_placed", pgettext_lazy("needs action", "Without a cohort")
    ABSENT_TWICE = "absent_twice", pgettext_lazy("needs action", "Absent twice")
    NOT_LOGGED_IN = "not_logged_in", pgettext_lazy("needs action", "Never logged in")
    WAITING = "waiting", pgettext_lazy("needs action", "On the waiting list")


class TimelineKind(models.TextChoices):
    """What an entry of a person's timeline is about."""

    ENROLMENT = "enrolment", pgettext_lazy("timeline", "Enrolment")
    EMPLOYMENT = "employment", pgettext_lazy("timeline", "Employment")
    ATTENDANCE = "attendance", pgettext_lazy("timeline", "Attendance")
    MESSAGE = "message", pgettext_lazy("timeline", "Messages")
    CERTIFICATE = "certificate", pgettext_lazy("timeline", "Certificates")
