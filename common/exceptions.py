"""What an action says when a rule refuses: each app has its own subclass."""


class Refused(Exception):  # noqa: N818 -- it is an answer, not a fault
    """A rule refused; `reason` is a translated sentence that can be shown to the user as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Gone(Refused):
    """What was to be changed has been deleted since it was read: somebody was quicker, or pressed twice."""


class StorageAway(OSError):  # noqa: N818 -- it is an answer, not a fault
    """The store of files doesn't answer, or not as it should: it is worth trying again."""
