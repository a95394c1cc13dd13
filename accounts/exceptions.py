from common.exceptions import Refused


class InvitationRefused(Refused):
    """An invitation can't be sent or accepted."""


class TrialRefused(Refused):
    """A text can't be sent as a test."""
