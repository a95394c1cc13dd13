"""Messages about sessions: derived from state (see Kind.materialise), about changes of it, and asking lecturers."""

from messaging import kinds
from sessions.messages.absence import ABSENT
from sessions.messages.announcement import ANNOUNCEMENT
from sessions.messages.changed import CHANGED
from sessions.messages.evaluation import EVALUATION
from sessions.messages.mistake import MISTAKE
from sessions.messages.preparation import PREPARATION
from sessions.messages.reminder import REMINDER
from sessions.messages.teaching_request import ANSWER, QUESTION
from sessions.messages.unmarked import REPORT, UNMARKED
from sessions.messages.welcome import WELCOME
from sessions.messages.withdrawal import WITHDRAWAL

__all__ = ["register"]
KINDS = (
    ANNOUNCEMENT,
    WELCOME,
    WITHDRAWAL,
    MISTAKE,
    REMINDER,
    PREPARATION,
    EVALUATION,
    CHANGED,
    QUESTION,
    ANSWER,
    UNMARKED,
    REPORT,
    ABSENT,
)


def register() -> None:
    """Make the kinds known to the post office."""
    for kind in KINDS:
        kinds.register(kind)
