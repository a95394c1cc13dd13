"""Which rows somebody may see, and what is loaded with them: a file for each family of models."""

from sessions.querysets.announcements import AnnouncementQuerySet
from sessions.querysets.attendance import AttendanceQuerySet
from sessions.querysets.feeds import CalendarFeedQuerySet
from sessions.querysets.lecturers import LecturerQuerySet, TeachingRequestQuerySet, UnavailabilityQuerySet
from sessions.querysets.materials import MaterialQuerySet
from sessions.querysets.meetings import (
    BlockedPeriodQuerySet,
    ChangeQuerySet,
    CohortSessionQuerySet,
    cohorts_to_apply_for,
)
from sessions.querysets.plans import MessagePlanQuerySet, PlanStepQuerySet
from sessions.querysets.venues import VenueQuerySet

__all__ = [
    "AnnouncementQuerySet",
    "AttendanceQuerySet",
    "BlockedPeriodQuerySet",
    "CalendarFeedQuerySet",
    "ChangeQuerySet",
    "CohortSessionQuerySet",
    "LecturerQuerySet",
    "MaterialQuerySet",
    "MessagePlanQuerySet",
    "PlanStepQuerySet",
    "TeachingRequestQuerySet",
    "UnavailabilityQuerySet",
    "VenueQuerySet",
    "cohorts_to_apply_for",
]
