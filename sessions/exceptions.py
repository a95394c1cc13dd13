from common.exceptions import Refused


class PlanningRefused(Refused):
    """A cohort or session can't be planned, changed or published that way."""


class ChangedMeanwhile(PlanningRefused):
    """Someone else has changed the record since it was read."""


class AttendanceRefused(Refused):
    """A mark can't be set."""
