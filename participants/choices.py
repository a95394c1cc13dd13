from django.db import models
from django.utils.translation import gettext_lazy as _


class EnrolmentStatus(models.TextChoices):
    APPLIED = "applied", _("Waiting for approval")
    ENROLLED = "enrolled", _("Enrolled")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Offered a seat")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DEFERRED = "deferred", _("Deferred")
    COMPLETED = "completed", _("Completed")


# One person has at most one of these in a programme.
ACTIVE = (EnrolmentStatus.APPLIED, EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING, EnrolmentStatus.OFFERED)
# These hold a seat; an open offer does so until it expires.
SEATED = (EnrolmentStatus.ENROLLED, EnrolmentStatus.OFFERED, EnrolmentStatus.COMPLETED)
# These take part: they are in registers and get reminders.
TAKING_PART = (EnrolmentStatus.ENROLLED, EnrolmentStatus.COMPLETED)


class Outcome(models.TextChoices):
    """What an import would do with a row."""

    NEW = "new", _("New")
    MATCHED = "matched", _("Matched")
    UNCHANGED = "unchanged", _("Unchanged")
    WRONG = "wrong", _("Wrong")
