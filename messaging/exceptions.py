from common.exceptions import Refused


class TextRefused(Refused):
    """A text can't be saved as it is."""


class TextChangedMeanwhile(TextRefused):
    """Somebody else has saved a version since it was read."""
