"""Messages about sessions to those who take part. They are derived from state: see Kind.materialise."""

from messaging import kinds
from sessions.messages.reminder import REMINDER
from sessions.messages.welcome import WELCOME

__all__ = ["register"]


def register() -> None:
    """Make the kinds known to the post office."""
    kinds.register(WELCOME)
    kinds.register(REMINDER)
