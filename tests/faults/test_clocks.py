"""Clocks that jump: both summer-time nights, New Year's night, and a server's clock that is put right."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from certificates.actions import issue_all
from certificates.models import Certificate
from messaging import actions, kinds
from messaging.choices import State
from messaging.models import Message
from messaging.rules import LEASE
from tests.certificates.people import finished_cohort, qualified
from tests.factories import MessageFactory, coordinator, local
from tests.faults.oracle import assert_all_is_well
from tests.faults.postcards import expected_of
from tests.messaging.postcards import POSTCARD, postcard
from tests.smtp import MailServer

pytestmark = pytest.mark.usefixtures("database_of_many")

DAYTIME = "test.daytime"
TICK = timedelta(minutes=10)
NIGHTS = {
    "an hour is left out": date(2027, 3, 28),
    "an hour comes twice": date(2027, 10, 31),
    "a year begins": date(2028, 1, 1),
}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Postcards, of which some let people sleep."""
    daytime = postcard(name=DAYTIME, daytime_only=True)
    monkeypatch.setattr(kinds, "_registry", {POSTCARD: postcard(), DAYTIME: daytime})


def ticks(morning: date) -> Iterator[datetime]:
    """Beat's, from the evening before until nine in the morning."""
    now, end = local(morning - timedelta(days=1), 18).astimezone(UTC), local(morning, 9)
    while now <= end:
        yield now
        now += TICK


def send_at(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        actions.dispatch(clock=timezone.now, limit=timedelta(minutes=1))


@pytest.mark.parametrize("night", NIGHTS)
def test_a_night_in_which_the_clock_or_the_year_changes(night: str, mail_server: MailServer) -> None:
    """What can't wait leaves at the next tick, what can between 07:00 and 20:00 by the clock on the wall."""
    times = list(ticks(NIGHTS[night]))
    for kind in (POSTCARD, DAYTIME):
        for now in times[:-1:3]:
            MessageFactory(kind=kind, due=now - timedelta(minutes=1))
    expected = expected_of(list(Message.objects.all()))
    for now in times:
        send_at(now)
    assert_all_is_well(expected, mail_server.copies)
    waited = Message.objects.annotate(waited=F("finished") - F("due"))
    assert all(message.waited < TICK for message in waited.filter(kind=POSTCARD))
    assert all(message.waited <= timedelta(hours=13) for message in waited.filter(kind=DAYTIME))
    hours = {timezone.localtime(message.finished).hour for message in waited.filter(kind=DAYTIME)}
    assert hours <= set(range(7, 20))


def test_a_clock_that_is_put_back_an_hour_delays_and_doubles_nothing_else(mail_server: MailServer) -> None:
    noon = local(date(2027, 5, 4), 12)
    expected = expected_of([MessageFactory(due=noon - timedelta(minutes=1)), MessageFactory(due=noon)])
    send_at(noon)
    taken_by_somebody_who_died = MessageFactory(due=noon, claimed=True, lease_until=noon + LEASE)
    expected += expected_of([taken_by_somebody_who_died])
    for minutes in range(-60, 20, 5):
        send_at(noon + timedelta(minutes=minutes))
    assert_all_is_well(expected, mail_server.copies)
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


def test_each_year_counts_its_certificates_from_one_by_the_local_date() -> None:
    cohort = finished_cohort()
    by = coordinator(cohort.region)
    midnight = local(date(2028, 1, 1), 0)
    for now in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(minutes=30)):
        for _person in range(2):
            qualified(cohort)
        with time_machine.travel(now, tick=False):
            issue_all(cohort=cohort, by=by, now=timezone.now())
    numbers = Certificate.objects.order_by("issued", "serial").values_list("year", "serial")
    assert list(numbers) == [(2027, 1), (2027, 2), (2028, 1), (2028, 2), (2028, 3), (2028, 4)]
