"""Real browsers, servers and workers live today. So it is not the clock that moves on, but history that moves back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cohorts.models import Cohort
from common.clock import at, local_date
from common.wakeup import wake_on_commit
from messaging import actions
from messaging.models import Message, Round
from participants.models import Enrolment, EnrolmentEvent
from sessions.models import CohortSession
from tests import waiting

wait_until = partial(waiting.wait_until, patience=30)


def let_days_pass(*, until: CohortSession, days_left: int) -> None:
    """Make everything that is planned or has happened older, until the session is `days_left` days ahead.

    Clocks show what they showed, also across a change to summer time.
    """
    passed = timedelta(days=(local_date(until.starts) - timezone.localdate()).days - days_left)
    for session in CohortSession.objects.all():
        session.starts, session.ends = earlier(session.starts, passed), earlier(session.ends, passed)
        session.save()
    Cohort.objects.update(
        applications_open=F("applications_open") - passed,
        applications_close=F("applications_close") - passed,
        published=F("published") - passed,
    )
    Enrolment.objects.update(applied=F("applied") - passed)
    with history_that_moves():
        EnrolmentEvent._base_manager.update(at=F("at") - passed)
    Message.objects.update(due=F("due") - passed, handed_over=F("handed_over") - passed)
    Round.objects.update(begun=F("begun") - passed)


@contextmanager
def history_that_moves() -> Iterator[None]:
    """On PostgreSQL, steps of enrolments refuse to be altered, as they should: not while history moves back."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield


def earlier(moment: datetime, days: timedelta) -> datetime:
    local = timezone.localtime(moment)
    return at(local.date() - days, local.time())


def send_what_is_due_today() -> None:
    """One round of the post office as it would be at noon: whenever the test runs, people are reminded by day."""
    noon = at(timezone.localdate(), time(12))
    actions.dispatch(clock=lambda: noon, limit=timedelta(minutes=1))


def let_beat_tick() -> None:
    """Wake the worker as beat does, half a minute after it last looked for what should exist by now."""
    Round.objects.update(begun=F("begun") - timedelta(seconds=30))
    wake_on_commit("messaging.tasks.dispatch")
