from common.exceptions import Refused


class InvitationRefused(Refused):
    """An invitation can't be sent or accepted."""


class TrialRefused(Refused):
    """A text can't be sent as a test."""


class MobileRefused(Refused):
    """No code can be sent to a number, or the one that was entered proves nothing."""
