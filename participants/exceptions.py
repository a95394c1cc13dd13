from common.exceptions import Refused


class EnrolmentRefused(Refused):
    """An enrolment, withdrawal or import was refused."""
