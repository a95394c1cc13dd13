"""Two coordinators at once, or a coordinator and a provider or the post office: whoever is first decides, and the
evidence tells who that was. Row locks are PostgreSQL's, so this is shown there.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from audit.models import AuditEvent
from messaging import actions
from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.actions.settle import settle
from messaging.actions.sweep import sweep
from messaging.channels import Delivery
from messaging.choices import EventKind, Outcome, State
from messaging.exceptions import MessageRefused
from messaging.models import Message
from messaging.rules import PATIENCE
from tests.factories import NOW, MessageFactory, UserFactory
from tests.messaging.conftest import Know
from tests.races import at_once, just_before

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

LATER = NOW + PATIENCE + timedelta(minutes=1)
RIGHT = "ratt@example.org"
# What each way out leaves as evidence, and where the message is then.
WAYS: dict[str, tuple[Callable[..., None], EventKind, State | None]] = {
    "resend": (actions.resend, EventKind.RESENT, State.QUEUED),
    "correct": (partial(actions.correct_and_resend, recipient=RIGHT), EventKind.CORRECTED, State.QUEUED),
    "treat as sent": (actions.treat_as_sent, EventKind.TREATED_AS_SENT, State.SENT),
    "settle": (actions.settle_otherwise, EventKind.SETTLED, State.DEAD),
}


@pytest.fixture
def siv() -> User:
    return UserFactory.create(email="siv@example.org")


@pytest.fixture
def sten() -> User:
    return UserFactory.create(email="sten@example.org")


def stuck(outcome: Outcome) -> Message:
    """A message that may not have arrived, after one attempt that the provider calls A1."""
    MessageFactory.create()
    taken = claim(now=NOW)
    assert taken
    assert hand_over(message=taken, now=NOW)
    settle(message=taken, delivery=Delivery(outcome, "what the server said", "A1"), now=NOW)
    return Message.objects.get()


def pressing(way: str, message: Message, by: User) -> Callable[[], Any]:
    return partial(WAYS[way][0], message=message, by=by, now=LATER)


def delivered(message: Message, *, at: datetime = NOW) -> Callable[[], Any]:
    return partial(
        actions.report, provider_reference="A1", message=message.pk, event=EventKind.DELIVERED, at=at, reference="R1"
    )


def refused(result: Any) -> bool:
    return isinstance(result, MessageRefused)


def evidence() -> list[EventKind]:
    return [EventKind(event.kind) for event in Message.objects.get().events.order_by("created")]


# --- Two coordinators -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "first", "second"),
    [
        (Outcome.UNKNOWN, "resend", "treat as sent"),
        (Outcome.UNKNOWN, "correct", "resend"),
        (Outcome.UNKNOWN, "treat as sent", "correct"),
        (Outcome.UNKNOWN, "resend", "resend"),
        (Outcome.PERMANENT, "settle", "correct"),
        (Outcome.PERMANENT, "resend", "settle"),
    ],
)
class TestTwoCoordinators:
    def test_who_comes_second_is_told_what_it_has_become(
        self, outcome: Outcome, first: str, second: str, siv: User, sten: User
    ) -> None:
        message = stuck(outcome)
        later = just_before(pressing(first, message, siv), pressing(second, message, sten))
        assert refused(later)
        _act, kind, state = WAYS[first]
        assert evidence() == [kind]
        assert Message.objects.get().state == state
        assert AuditEvent.objects.get().actor == siv

    def test_at_once_exactly_one_wins(self, outcome: Outcome, first: str, second: str, siv: User, sten: User) -> None:
        message = stuck(outcome)
        results = at_once([pressing(first, message, siv), pressing(second, message, sten)])
        assert sorted(map(refused, results)) == [False, True]
        way, winner = (first, siv) if refused(results[1]) else (second, sten)
        _act, kind, state = WAYS[way]
        event = Message.objects.get().events.get()
        assert (event.kind, event.by) == (kind, winner)
        assert Message.objects.get().state == state
        assert AuditEvent.objects.get().actor == winner


# --- A coordinator and a provider -------------------------------------------------------------------------------------
def test_what_a_provider_has_just_delivered_is_not_sent_again(siv: User) -> None:
    message = stuck(Outcome.UNKNOWN)
    assert refused(just_before(delivered(message), pressing("resend", message, siv)))
    assert evidence() == [EventKind.DELIVERED]
    assert Message.objects.get().state == State.DELIVERED


def test_what_has_just_been_queued_again_is_not_sent_if_a_provider_has_delivered_it(siv: User) -> None:
    message = stuck(Outcome.UNKNOWN)
    assert just_before(pressing("resend", message, siv), delivered(message)) is True
    assert evidence() == [EventKind.RESENT, EventKind.DELIVERED]
    assert Message.objects.get().state == State.DELIVERED
    assert claim(now=LATER) is None


def test_whoever_is_first_what_was_delivered_is_not_sent_again(siv: User) -> None:
    message = stuck(Outcome.UNKNOWN)
    pressed, _reported = at_once([pressing("resend", message, siv), delivered(message)])
    assert set(evidence()) == {EventKind.DELIVERED} | (set() if refused(pressed) else {EventKind.RESENT})
    assert Message.objects.get().state == State.DELIVERED
    assert claim(now=LATER) is None


# --- A coordinator and the post office --------------------------------------------------------------------------------
@pytest.fixture
def by_itself(know: Know) -> Message:
    """One that nobody has answered for, so that the next round sends it again by itself."""
    know(resends=True)
    return stuck(Outcome.UNKNOWN)


def sweeping() -> None:
    sweep(now=LATER)


def test_a_round_leaves_alone_what_somebody_is_correcting(by_itself: Message, siv: User) -> None:
    just_before(pressing("correct", by_itself, siv), sweeping)
    assert evidence() == [EventKind.CORRECTED]
    assert (Message.objects.get().recipient, Message.objects.get().resends) == (RIGHT, 0)


def test_who_corrects_what_has_just_been_queued_again_is_told(by_itself: Message, siv: User) -> None:
    assert refused(just_before(sweeping, pressing("correct", by_itself, siv)))
    assert evidence() == [EventKind.RESENT]
    assert (Message.objects.get().recipient, Message.objects.get().resends) == (by_itself.recipient, 1)


def test_between_a_correction_and_a_round_exactly_one_wins(by_itself: Message, siv: User) -> None:
    pressed, _swept = at_once([pressing("correct", by_itself, siv), sweeping])
    assert evidence() == [EventKind.RESENT if refused(pressed) else EventKind.CORRECTED]
    message = Message.objects.get()
    assert message.state == State.QUEUED
    assert (message.recipient, message.resends) == ((by_itself.recipient, 1) if refused(pressed) else (RIGHT, 0))
