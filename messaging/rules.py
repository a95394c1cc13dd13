"""What follows from what: pure rules of the post office (docs/messages.md)."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from messaging.choices import EventKind, Outcome, State, Topic, WayOut

# Longer than a task may run (CELERY_TASK_TIME_LIMIT), so that whoever lost a lease is gone.
LEASE = timedelta(minutes=3)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# How long a channel rests whose server is away, and one whose server refuses the portal: it may lock out who insists.
PAUSE = timedelta(minutes=1)
LONG_PAUSE = timedelta(minutes=15)
# How long an answer may still come before it is done without.
PATIENCE = timedelta(minutes=15)
# How often a message is sent again by itself.
MOST_RESENDS = 2
MAX_TRIES = 8
# Where a message may be that somebody has to look after, and where one may be on which a report has a bearing.
NOT_ARRIVED = frozenset({State.UNCERTAIN, State.DEAD, State.BOUNCED})
REPORTABLE = frozenset({State.QUEUED, State.SENT, State.UNCERTAIN, State.DELIVERED, State.BOUNCED})
MORNING, EVENING = 7, 20
# What somebody gets who has chosen nothing: of an absence she learns while something can be done about it.
BY_DEFAULT = frozenset(Topic) - {Topic.DIGEST}
# In what else the news of a topic can be read.
SUMMARY_OF = {Topic.PEOPLE: Topic.DIGEST}
# What has surely not arrived costs nothing.
FREE_OF_CHARGE = frozenset({Outcome.TEMPORARY, Outcome.PERMANENT, Outcome.NOT_HANDED_OVER})
# RFC 4954, section 6: the server wants another log-in, or none can be done now.
LOGIN_CODES = frozenset({454, 530, 534, 535, 538})


def refusal_of_topic(topic: Topic, wanted: Collection[Topic]) -> str | None:
    """Say why nothing about `topic` is sent to somebody who gets `wanted`."""
    if topic in wanted:
        return None
    if SUMMARY_OF.get(topic) in wanted:
        return _("The receiver reads it in the monthly summary.")
    return _("The receiver has chosen not to get: %(topic)s.") % {"topic": topic.label}


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


def refusal_of_sms(*, parts: int, spent: int, limit: int) -> str | None:
    """Say why an SMS of so many parts isn't sent, by what its region has spent in this month and may spend."""
    if not limit:
        return _("The region sends no SMS.")
    if spent + parts > limit:
        return _("The region's SMS for the month are used up: %(spent)d of %(limit)d.") % {
            "spent": spent,
            "limit": limit,
        }
    return None


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


def state_after_reports(state: State, reports: Iterable[tuple[datetime, EventKind]]) -> State:
    """Where a message in `state` stands of whose last attempt all that is reported is `reports`, whatever their order.

    By the provider's clock the latest of them counts, of two at the same time the bad news: what was delivered may
    have come back since. A complaint says nothing of where the message is. One that is queued anyway stays so unless
    it has arrived.
    """
    told = [(at, kind == EventKind.BOUNCED) for at, kind in reports if kind != EventKind.COMPLAINED]
    if not told or state not in REPORTABLE:
        return state
    _at, has_bounced = max(told)
    if has_bounced:
        return state if state == State.QUEUED else State.BOUNCED
    return State.DELIVERED


def ways_out(state: State, *, expires: datetime, settled: datetime | None, fixed: bool, now: datetime) -> list[WayOut]:
    """What can be done about a message; `fixed` says that it may go to no other address."""
    if state not in NOT_ARRIVED or settled:
        return []
    again = [WayOut.RESEND, *([] if fixed else [WayOut.CORRECT])] if now < expires else []
    return [*again, WayOut.TREAT_AS_SENT if state == State.UNCERTAIN else WayOut.SETTLE]
