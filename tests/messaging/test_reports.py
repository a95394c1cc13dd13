"""What providers report after a message has left: in any order, more than once, about any attempt."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from messaging import actions
from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.actions.settle import settle
from messaging.actions.sweep import sweep
from messaging.channels import Delivery
from messaging.choices import EventKind, Outcome, State
from messaging.models import DeliveryAttempt, Message, MessageEvent
from messaging.rules import LEASE, PATIENCE
from tests.factories import NOW, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
DELIVERED, BOUNCED, COMPLAINED = EventKind.DELIVERED, EventKind.BOUNCED, EventKind.COMPLAINED
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ORDERS = list(permutations([(DELIVERED, 1), (BOUNCED, 2), (COMPLAINED, 3), (DELIVERED, 0)]))


def sent(reference: str = "A1", *, now: datetime = NOW) -> Message:
    """A message that a provider has accepted as `reference`."""
    message = MessageFactory.create()
    _attempt(Delivery(Outcome.ACCEPTED, "250 OK", reference), now=now)
    return message


def uncertain() -> Message:
    """A message that was handed over, and nobody answered."""
    message = MessageFactory.create()
    _attempt(Delivery(Outcome.UNKNOWN, "TimeoutError"), now=NOW)
    return message


def _attempt(delivery: Delivery, *, now: datetime) -> None:
    message = claim(now=now)
    assert message
    assert hand_over(message=message, now=now)
    settle(message=message, delivery=delivery, now=now)


def state_of(message: Message) -> State:
    message.refresh_from_db()
    return State(message.state)


@pytest.mark.parametrize(
    ("event", "state"), [(DELIVERED, State.DELIVERED), (BOUNCED, State.BOUNCED), (COMPLAINED, State.SENT)]
)
def test_a_report_tells_where_a_sent_message_is(event: EventKind, state: State) -> None:
    message = sent()
    assert actions.report(provider_reference="A1", event=event, at=NOW + HOUR, detail="5.1.1 unknown")
    assert state_of(message) == state
    told = message.events.get()
    assert (told.kind, told.number, told.at, told.by, told.detail) == (event, 1, NOW + HOUR, None, "5.1.1 unknown")


@pytest.mark.parametrize("again", ["", "report-1"])
def test_a_report_that_comes_twice_is_recorded_once(again: str) -> None:
    message = sent()
    for _time in range(2):
        assert actions.report(provider_reference="A1", event=DELIVERED, at=NOW, reference=again)
    assert (state_of(message), message.events.count()) == (State.DELIVERED, 1)


@pytest.mark.parametrize("order", ORDERS)
def test_the_latest_that_happened_counts_whatever_came_first(order: tuple[tuple[EventKind, int], ...]) -> None:
    message = sent()
    for event, seconds in order:
        actions.report(provider_reference="A1", event=event, at=NOW + seconds * SECOND)
    assert (state_of(message), message.events.count()) == (State.BOUNCED, 4)


def test_what_nobody_answered_for_has_arrived_if_the_provider_says_so() -> None:
    message = uncertain()
    assert actions.report(provider_reference="", message=message.pk, event=DELIVERED, at=NOW + SECOND)
    assert (state_of(message), message.finished) == (State.DELIVERED, NOW + SECOND)
    sweep(now=NOW + HOUR)
    assert state_of(message) == State.DELIVERED


def test_a_report_that_is_quicker_than_the_answer_is_heeded_when_that_comes() -> None:
    message = MessageFactory.create()
    taken = claim(now=NOW)
    assert taken
    assert hand_over(message=taken, now=NOW)
    assert actions.report(provider_reference="", message=message.pk, event=BOUNCED, at=NOW + SECOND)
    assert state_of(message) == State.SENDING
    settle(message=taken, delivery=Delivery(Outcome.ACCEPTED, "250 OK", "A1"), now=NOW + 2 * SECOND)
    assert state_of(message) == State.BOUNCED


def test_what_waits_to_be_sent_again_is_not_if_it_has_arrived_after_all() -> None:
    message = uncertain()
    actions.resend(message=message, by=UserFactory.create(), now=NOW + HOUR)
    actions.report(provider_reference="", message=message.pk, event=BOUNCED, at=NOW + HOUR)
    assert state_of(message) == State.QUEUED
    actions.report(provider_reference="", message=message.pk, event=DELIVERED, at=NOW + 2 * HOUR)
    assert state_of(message) == State.DELIVERED
    assert claim(now=NOW + 2 * HOUR) is None


def test_a_report_about_an_earlier_attempt_is_kept_and_moves_nothing() -> None:
    message = sent("A1")
    actions.report(provider_reference="A1", event=BOUNCED, at=NOW)
    actions.resend(message=message, by=UserFactory.create(), now=NOW + HOUR)
    _attempt(Delivery(Outcome.ACCEPTED, "250 OK", "B2"), now=NOW + HOUR)
    actions.report(provider_reference="A1", event=BOUNCED, at=NOW + 2 * HOUR)
    assert state_of(message) == State.SENT
    actions.report(provider_reference="B2", event=DELIVERED, at=NOW + 2 * HOUR)
    assert state_of(message) == State.DELIVERED
    assert list(message.events.filter(kind=BOUNCED).values_list("number", flat=True)) == [1, 1]


def test_what_arrived_at_the_wrong_address_is_still_sent_to_the_right_one() -> None:
    message = uncertain()
    actions.correct_and_resend(message=message, recipient="ratt@example.org", by=UserFactory.create(), now=NOW + HOUR)
    actions.report(provider_reference="", message=message.pk, event=DELIVERED, at=NOW + HOUR)
    assert state_of(message) == State.QUEUED


def test_a_reference_that_several_messages_have_names_none(caplog: pytest.LogCaptureFixture) -> None:
    sent("250 OK")
    sent("250 OK")
    assert not actions.report(provider_reference="250 OK", event=BOUNCED, at=NOW)
    assert not actions.report(provider_reference="unheard of", event=BOUNCED, at=NOW)
    assert not actions.report(provider_reference="", event=BOUNCED, at=NOW)
    assert not MessageEvent.objects.exists()
    assert "a message that isn't known" in caplog.text


def test_providers_report_only_what_happens_to_them() -> None:
    with pytest.raises(ValueError, match="settled"):
        actions.report(provider_reference="A1", event=EventKind.SETTLED, at=NOW)


def test_the_database_keeps_a_report_once() -> None:
    event = {"message": sent(), "kind": DELIVERED, "number": 1, "at": NOW, "reference": "report-1"}
    MessageEvent.objects.create(**event)
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageEvent.objects.create(**event)


@pytest.mark.postgresql
def test_the_database_lets_nobody_alter_evidence() -> None:
    sent()
    actions.report(provider_reference="A1", event=DELIVERED, at=NOW)
    for evidence in (MessageEvent, DeliveryAttempt):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            evidence.objects.update(detail="never mind")


def test_an_abandoned_handover_is_uncertain_until_somebody_hears_of_it() -> None:
    message = MessageFactory.create(claimed=True, handed_over=NOW)
    sweep(now=NOW + LEASE + SECOND)
    assert state_of(message) == State.UNCERTAIN
    assert not Message.objects.uncertain(now=NOW + PATIENCE - SECOND).exists()
    assert Message.objects.uncertain(now=NOW + PATIENCE).get() == message
