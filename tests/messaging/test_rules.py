"""The post office's rules as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from messaging.choices import Outcome, State
from messaging.rules import (
    MAX_TRIES,
    accepts,
    is_daytime,
    outcome_of,
    outcome_of_abandoned,
    outcome_of_refusal,
    queue_id,
    state_after,
    wait_after,
)


@pytest.mark.parametrize(
    ("code", "of_the_text", "of_a_refusal"),
    [
        (250, Outcome.ACCEPTED, Outcome.TEMPORARY),  # a yes to a question that wasn't asked isn't one
        (251, Outcome.ACCEPTED, Outcome.TEMPORARY),
        (421, Outcome.TEMPORARY, Outcome.TEMPORARY),
        (451, Outcome.TEMPORARY, Outcome.TEMPORARY),
        (452, Outcome.TEMPORARY, Outcome.TEMPORARY),
        (550, Outcome.PERMANENT, Outcome.PERMANENT),
        (554, Outcome.PERMANENT, Outcome.PERMANENT),
        (354, Outcome.UNKNOWN, Outcome.TEMPORARY),
        (600, Outcome.UNKNOWN, Outcome.TEMPORARY),
        (-1, Outcome.UNKNOWN, Outcome.TEMPORARY),  # what smtplib makes of gibberish
    ],
)
def test_what_a_reply_code_means(code: int, of_the_text: Outcome, of_a_refusal: Outcome) -> None:
    assert outcome_of(code) == of_the_text
    assert outcome_of_refusal(code) == of_a_refusal
    assert accepts(code) == (of_the_text == Outcome.ACCEPTED)


@pytest.mark.parametrize(
    ("outcome", "first", "last"),
    [
        (Outcome.ACCEPTED, State.SENT, State.SENT),
        (Outcome.PERMANENT, State.DEAD, State.DEAD),
        (Outcome.UNKNOWN, State.UNCERTAIN, State.UNCERTAIN),
        (Outcome.TEMPORARY, State.QUEUED, State.DEAD),
        (Outcome.NOT_HANDED_OVER, State.QUEUED, State.DEAD),
    ],
)
def test_where_a_message_goes_after_its_first_and_its_last_try(outcome: Outcome, first: State, last: State) -> None:
    assert state_after(outcome, 1) == first
    assert state_after(outcome, MAX_TRIES) == last


def test_every_outcome_leads_somewhere() -> None:
    assert {state_after(outcome, 1) for outcome in Outcome} <= set(State)


def test_only_who_has_handed_over_may_have_sent() -> None:
    assert outcome_of_abandoned(None) == Outcome.NOT_HANDED_OVER
    assert outcome_of_abandoned(datetime(2026, 3, 10, tzinfo=UTC)) == Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 960), (7, 1920), (8, 3600), (20, 3600)]
)
def test_waiting_doubles_up_to_an_hour(tries: int, seconds: int) -> None:
    assert wait_after(tries, jitter=1) == timedelta(seconds=seconds)


def test_what_failed_together_is_not_tried_again_together() -> None:
    assert wait_after(1, jitter=0.5) == timedelta(seconds=15)
    assert wait_after(20, jitter=1.5) == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("utc", "awake"),
    [
        (datetime(2026, 1, 15, 5, 59, tzinfo=UTC), False),  # winter: 06:59
        (datetime(2026, 1, 15, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 1, 15, 18, 59, tzinfo=UTC), True),
        (datetime(2026, 1, 15, 19, 0, tzinfo=UTC), False),  # 20:00
        (datetime(2026, 7, 15, 4, 59, tzinfo=UTC), False),  # summer: 06:59
        (datetime(2026, 7, 15, 5, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 15, 18, 0, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 5, 30, tzinfo=UTC), False),  # the morning after summer time: 06:30
        (datetime(2026, 3, 29, 5, 30, tzinfo=UTC), True),  # the morning it begins: 07:30
    ],
)
def test_people_are_reminded_between_seven_and_eight_in_the_evening_by_their_clock(utc: datetime, awake: bool) -> None:
    assert is_daytime(timezone.localtime(utc)) is awake


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        ("250 2.0.0 Ok: queued as 4XyZ12abcD", "4XyZ12abcD"),
        (
            "250 2.6.0 <1@example.org> [InternalId=7] Queued mail for delivery",
            "250 2.6.0 <1@example.org> [InternalId=7] Queued mail for delivery",
        ),
        ("250 Message queued as <abc.1>", "abc.1"),
        ("250 OK", "250 OK"),
        ("250 " + "x" * 300, "250 " + "x" * 196),
    ],
)
def test_the_name_that_the_receiving_server_gave(reply: str, name: str) -> None:
    assert queue_id(reply) == name
