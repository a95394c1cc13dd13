"""Messages about sessions: those that are derived from state (see Kind.materialise), and those about changes of it."""

from messaging import kinds
from sessions.messages.changed import CHANGED
from sessions.messages.reminder import REMINDER
from sessions.messages.welcome import WELCOME

__all__ = ["register"]


def register() -> None:
    """Make the kinds known to the post office."""
    kinds.register(WELCOME)
    kinds.register(REMINDER)
    kinds.register(CHANGED)
