from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SessionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")


class News(models.TextChoices):
    """What a person is told of a session."""

    MOVED = "moved", pgettext_lazy("session", "Moved")
    ELSEWHERE = "elsewhere", pgettext_lazy("session", "New place")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")
    HELD_AFTER_ALL = "held_after_all", pgettext_lazy("session", "Held after all")
    TEACHES = "teaches", _("You teach this session")
    TEACHES_NO_MORE = "teaches_no_more", _("You no longer teach this session")


class RequestStatus(models.TextChoices):
    """Where a question to a lecturer stands."""

    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("request", "Accepted")
    DECLINED = "declined", pgettext_lazy("request", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")


class Mark(models.TextChoices):
    PRESENT = "present", _("Present")
    PARTIAL = "partial", _("Partly present")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Excused")


# A module is earned by attending all or part of a session of it.
EARNING = (Mark.PRESENT, Mark.PARTIAL)


class ProgressState(models.TextChoices):
    COMPLETE = "complete", _("Complete")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    CANNOT_COMPLETE = "cannot_complete", _("Can no longer complete")


class StepState(models.TextChoices):
    """Where a person stands with one module."""

    EARNED = "earned", _("Attended")
    MISSED = "missed", _("Missed")
    UNMARKED = "unmarked", _("Not marked yet")
    AHEAD = "ahead", _("Coming")
    UNPLANNED = "unplanned", _("Not planned")


class StepKind(models.TextChoices):
    """What a plan of messages can send about a session."""

    REMINDER = "reminder", pgettext_lazy("planned message", "Reminder")
    PREPARATION = "preparation", pgettext_lazy("planned message", "What to prepare")
    EVALUATION = "evaluation", pgettext_lazy("planned message", "Evaluation")

    @property
    def comes_after(self) -> bool:
        """Whether it is sent after the session rather than before it."""
        return self == StepKind.EVALUATION


class Unit(models.TextChoices):
    """How the distance from the session is counted: days at a time by the wall clock, or real hours."""

    DAYS = "days", pgettext_lazy("unit", "Days")
    HOURS = "hours", pgettext_lazy("unit", "Hours")


class Audience(models.TextChoices):
    """To whom a coordinator writes."""

    PARTICIPANTS = "participants", pgettext_lazy("audience", "The participants")
    MANAGERS = "managers", pgettext_lazy("audience", "Their managers")
    EVERYONE = "everyone", pgettext_lazy("audience", "Participants and managers")
