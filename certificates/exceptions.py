from common.exceptions import Refused


class IssueRefused(Refused):
    """A certificate can't be issued."""
