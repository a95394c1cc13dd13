from common.exceptions import Refused


class EnrolmentRefused(Refused):
    """An enrolment, withdrawal or import was refused."""


class SeatsRefused(Refused):
    """The seats of a cohort can't be shared out that way."""


class SeatsChanged(SeatsRefused):
    """Someone else has shared them out since they were read."""


class OutcomeChanged(EnrolmentRefused):
    """What would become of an enrolment is no longer what was shown to whoever confirmed it."""
