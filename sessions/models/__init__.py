"""Sessions of cohorts: when, where and with whom, what is handed out, and who attended."""

from sessions.models.announcements import Announcement
from sessions.models.attendance import Attendance
from sessions.models.feeds import CalendarFeed
from sessions.models.lecturers import Lecturer, TeachingRequest, Unavailability
from sessions.models.materials import Material
from sessions.models.meetings import BlockedPeriod, Change, CohortSession, LecturerChange, SessionRevision
from sessions.models.plans import MessagePlan, PlanStep
from sessions.models.venues import Venue

__all__ = [
    "Announcement",
    "Attendance",
    "BlockedPeriod",
    "CalendarFeed",
    "Change",
    "CohortSession",
    "Lecturer",
    "LecturerChange",
    "Material",
    "MessagePlan",
    "PlanStep",
    "SessionRevision",
    "TeachingRequest",
    "Unavailability",
    "Venue",
]
