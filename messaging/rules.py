"""What follows from what: pure rules of the post office (docs/messages.md)."""

import re
from datetime import datetime, timedelta

from messaging.choices import Outcome, State

# Longer than a task may run (CELERY_TASK_TIME_LIMIT), so that whoever lost a lease is gone.
LEASE = timedelta(minutes=3)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# How long a message rests whose channel is paused.
PAUSE = timedelta(minutes=1)
MAX_TRIES = 8
MORNING, EVENING = 7, 20
# RFC 4954, section 6: the server wants another log-in, or none can be done now.
LOGIN_CODES = frozenset({454, 530, 534, 535, 538})


def accepts(code: int) -> bool:
    """Tell whether a server says yes with a reply code (RFC 5321, section 4.2.1)."""
    return 200 <= code < 300


def outcome_of(code: int) -> Outcome:
    """What a server's answer to a text means. One that isn't understood may be a yes."""
    if accepts(code):
        return Outcome.ACCEPTED
    if 400 <= code < 600:
        return outcome_of_refusal(code)
    return Outcome.UNKNOWN


def outcome_of_refusal(code: int) -> Outcome:
    """What it means that a server doesn't want to hear the text: whatever it says, the text hasn't arrived."""
    return Outcome.PERMANENT if 500 <= code < 600 else Outcome.TEMPORARY


def outcome_of_abandoned(handed_over: datetime | None) -> Outcome:
    """What is known of a message whose sender went away."""
    return Outcome.UNKNOWN if handed_over else Outcome.NOT_HANDED_OVER


def state_after(outcome: Outcome, tries: int) -> State:
    """Where a message goes after its attempt number `tries`, counted from one.

    Only what surely hasn't arrived is tried again.
    """
    match outcome:
        case Outcome.ACCEPTED:
            return State.SENT
        case Outcome.PERMANENT:
            return State.DEAD
        case Outcome.UNKNOWN:
            return State.UNCERTAIN
        case Outcome.TEMPORARY | Outcome.NOT_HANDED_OVER:
            return State.QUEUED if tries < MAX_TRIES else State.DEAD


def wait_after(tries: int, *, jitter: float) -> timedelta:
    """How long to wait after attempt number `tries`: twice as long each time, an hour at most, times `jitter`.

    The jitter (0.5 to 1.5) spreads what failed together.
    """
    return min(FIRST_WAIT * (1 << (tries - 1)), LONGEST_WAIT) * jitter


def is_daytime(local: datetime) -> bool:
    """Tell whether people may be reminded at `local`, the time on their clock: from 07:00 until 20:00."""
    return MORNING <= local.hour < EVENING


def queue_id(reply: str) -> str:
    """The receiving server's own name for a mail that it accepted, by which its log can be searched.

    Servers say it in their own ways ("2.0.0 Ok: queued as 4XyZ"); from others the whole reply is kept.
    """
    found = re.search(r"queued (?:as|for delivery as) <?([^\s>;]+)", reply, re.IGNORECASE)
    return (found[1] if found else reply)[:200]
