from common.exceptions import Refused


class PlanningRefused(Refused):
    """A cohort or session can't be planned, changed or published that way."""


class ChangedMeanwhile(PlanningRefused):
    """Someone else has changed the record since it was read."""


class AttendanceRefused(Refused):
    """A mark can't be set."""


class FeedRefused(Refused):
    """A calendar can't be subscribed to, or no longer."""


class MaterialRefused(Refused):
    """A file or link can't be shared."""


class AnnouncementRefused(Refused):
    """A message can't be sent to those of a cohort."""
