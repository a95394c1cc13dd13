from common.exceptions import Refused


class MessageRefused(Refused):
    """What was to be done about a message can't be done."""


class TextRefused(Refused):
    """A text can't be saved as it is."""


class TextChangedMeanwhile(TextRefused):
    """Somebody else has saved a version since it was read."""
