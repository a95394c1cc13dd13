"""What has become of the mails of a coordinator's message."""

from collections import Counter
from dataclasses import dataclass

from messaging.choices import State
from messaging.models import Message
from sessions.models import Announcement

UNDER_WAY = frozenset({State.QUEUED, State.SENDING})
ARRIVED = frozenset({State.SENT, State.DELIVERED})
# What somebody should look at: it didn't arrive, or nobody knows.
TROUBLED = frozenset({State.BOUNCED, State.DEAD, State.UNCERTAIN})


@dataclass(frozen=True)
class Progress:
    """How many mails are in which state. `troubled` are those that somebody should look at, and nobody has yet."""

    total: int
    states: Counter[str]
    troubled: list[Message]

    @property
    def done(self) -> int:
        return self.total - sum(self.states[state] for state in UNDER_WAY)

    @property
    def arrived(self) -> int:
        return sum(self.states[state] for state in ARRIVED)

    @property
    def left_out(self) -> int:
        """How many don't take part any more, or came to know it too late to be worth a mail."""
        return self.states[State.CANCELLED] + self.states[State.EXPIRED]

    @property
    def is_finished(self) -> bool:
        return self.done == self.total


def progress_of(announcement: Announcement) -> Progress:
    """Read where all of its mails stand, in one query."""
    messages = list(Message.objects.about(announcement=announcement.pk).order_by("recipient"))
    return Progress(
        total=len(messages),
        states=Counter(message.state for message in messages),
        troubled=[message for message in messages if message.state in TROUBLED and not message.settled],
    )
