"""Real processes live today. So it is not the clock that moves on, but what waits that moves back."""

from datetime import datetime, timedelta

from django.db.models import F

from certificates.models import Certificate
from messaging.choices import State
from messaging.models import Message, Pause
from messaging.rules import LEASE, LONG_PAUSE, PATIENCE

GRACE = timedelta(seconds=3)  # longer than a living sender holds a message in front of a server that answers


def let_time_pass() -> None:
    """Make it later by what leases, second tries, doubts and rests of a channel take. Nobody may be at work."""
    time = max(LONG_PAUSE, PATIENCE) + timedelta(minutes=5)
    Pause.objects.update(until=F("until") - time)
    Certificate.objects.update(leased_until=F("leased_until") - time)
    Message.objects.update(
        lease_until=F("lease_until") - time, next_try=F("next_try") - time, handed_over=F("handed_over") - time
    )


def let_the_dead_rest(*, now: datetime, grace: timedelta = GRACE) -> None:
    """End the leases of those who hold a message for longer than `grace`, and let the next ones try at once."""
    Message.objects.filter(state=State.SENDING, lease_until__lt=now + LEASE - grace).update(lease_until=now - grace)
    Message.objects.filter(state=State.QUEUED).update(next_try=now)
