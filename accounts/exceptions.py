from common.exceptions import Refused


class InvitationRefused(Refused):
    """An invitation can't be sent or accepted."""
