"""Messages about sessions: derived from state (see Kind.materialise), about changes of it, and asking lecturers."""

from messaging import kinds
from sessions.messages.changed import CHANGED
from sessions.messages.mistake import MISTAKE
from sessions.messages.reminder import REMINDER
from sessions.messages.teaching_request import ANSWER, QUESTION
from sessions.messages.welcome import WELCOME
from sessions.messages.withdrawal import WITHDRAWAL

__all__ = ["register"]


def register() -> None:
    """Make the kinds known to the post office."""
    kinds.register(WELCOME)
    kinds.register(WITHDRAWAL)
    kinds.register(MISTAKE)
    kinds.register(REMINDER)
    kinds.register(CHANGED)
    kinds.register(QUESTION)
    kinds.register(ANSWER)
