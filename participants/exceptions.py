from common.exceptions import Refused


class EnrolmentRefused(Refused):
    """An enrolment, withdrawal or import was refused."""


class SeatsRefused(Refused):
    """The seats of a cohort can't be shared out that way."""


class SeatsChanged(SeatsRefused):
    """Someone else has shared them out since they were read."""
