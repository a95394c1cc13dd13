"""The life of a message, from the queue into a mail folder."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from messaging import actions
from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.actions.settle import release, settle
from messaging.actions.sweep import sweep
from messaging.channels import Delivery
from messaging.choices import Outcome, State
from messaging.kinds import Content, Draft
from messaging.models import Message
from messaging.rules import LEASE, MAX_TRIES
from tests.factories import NOW, MessageFactory, local
from tests.messaging.conftest import Know, Send
from tests.messaging.postcards import write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]

HOUR = timedelta(hours=1)
NIGHT = local(NOW.date(), 23)
MORNING = local(NOW.date() + timedelta(days=1), 7)


def draft(key: str = "postcard:1", due: datetime = NOW) -> Draft:
    return Draft(
        kind="test.postcard",
        key=key,
        recipient="asa@example.org",
        language="sv",
        due=due,
        expires=due + timedelta(days=1),
    )


def claimed() -> Message:
    """A message that somebody has just taken from the queue."""
    MessageFactory.create()
    taken = claim(now=NOW)
    assert taken
    return taken


# --- Into the queue ---------------------------------------------------------------------------------------------------
def test_what_is_queued_twice_is_there_once() -> None:
    actions.queue([draft()])
    actions.queue([draft(), draft("postcard:2")])
    assert Message.objects.count() == 2


def test_what_should_exist_is_derived_in_each_round_and_sent_once(know: Know, send: Send, mail_folder: Path) -> None:
    know(materialise=lambda now: [draft()])
    send(NOW)
    send(NOW + HOUR)
    assert len(list(mail_folder.iterdir())) == 1


def test_a_kind_that_fails_keeps_no_other_from_its_work(
    know: Know, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(now: datetime) -> list[Draft]:
        raise LookupError("no such session")

    know(name="test.broken", materialise=fail)
    know(materialise=lambda now: [draft()])
    send()
    assert Message.objects.get().state == State.SENT
    assert "test.broken could not be derived" in caplog.text


# --- Out of the queue -------------------------------------------------------------------------------------------------
def test_a_message_is_sent_when_it_is_due_and_only_once(send: Send, mail_folder: Path) -> None:
    message = MessageFactory.create(due=NOW + HOUR)
    send(NOW)
    assert not mail_folder.exists()
    send(NOW + HOUR)
    send(NOW + HOUR)
    message.refresh_from_db()
    assert [file.name for file in mail_folder.iterdir()] == [f"{message.pk}.eml"]
    assert (message.state, message.finished, message.tries) == (State.SENT, NOW + HOUR, 1)
    assert message.provider_reference == f"{message.pk}.eml"


def test_every_attempt_leaves_evidence(send: Send) -> None:
    message = MessageFactory.create()
    send()
    attempt = message.attempts.get()
    assert (attempt.number, attempt.at, attempt.outcome) == (1, NOW, Outcome.ACCEPTED)


def test_the_longest_waiting_goes_first() -> None:
    MessageFactory.create(due=NOW - HOUR)
    first = MessageFactory.create(due=NOW - 2 * HOUR)
    assert claim(now=NOW) == first


def test_a_round_ends_when_its_time_is_up_and_says_so() -> None:
    MessageFactory.create_batch(3)
    ticks = (NOW + timedelta(seconds=step) for step in range(0, 1000, 4))
    assert actions.dispatch(clock=lambda: next(ticks), limit=timedelta(seconds=20)) is True
    assert Message.objects.filter(state=State.SENT).count() < 3
    assert actions.dispatch(clock=lambda: next(ticks), limit=timedelta(minutes=10)) is False
    assert Message.objects.filter(state=State.SENT).count() == 3


def test_a_message_of_a_newer_release_waits_for_a_worker_that_knows_it(send: Send) -> None:
    message = MessageFactory.create(kind="next.release")
    send()
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.QUEUED, 0)


def test_a_reminder_lets_people_sleep(know: Know, send: Send) -> None:
    know(daytime_only=True)
    message = MessageFactory.create(due=NIGHT)
    send(NIGHT)
    message.refresh_from_db()
    assert message.state == State.QUEUED
    send(MORNING)
    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        # 21:00 in winter time, 07:00 in summer time: an hour less of sleep.
        (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        # 21:00 in summer time, 07:00 in winter time: an hour more.
        (datetime(2026, 10, 24, 19, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ],
    ids=["spring", "autumn"],
)
def test_what_waits_for_the_morning_leaves_at_seven_when_the_clocks_have_changed(
    know: Know, send: Send, evening: datetime, morning: datetime
) -> None:
    know(daytime_only=True, render=lambda message: replace(write(message), sms="Hej!"))
    waiting = [MessageFactory.create(due=evening), MessageFactory.create(sms=True, due=evening)]
    for moment in (evening, morning - HOUR, morning - timedelta(seconds=1)):
        send(moment)
        assert set(Message.objects.values_list("state", flat=True)) == {State.QUEUED}
    send(morning)
    left = Message.objects.filter(state=State.SENT, handed_over=morning)
    assert set(left) == set(waiting)


# --- Not worth sending any more ---------------------------------------------------------------------------------------
def test_what_comes_too_late_is_not_sent(send: Send, mail_folder: Path) -> None:
    message = MessageFactory.create()
    send(NOW + timedelta(days=1))
    message.refresh_from_db()
    assert message.state == State.EXPIRED
    assert not mail_folder.exists()


def test_what_was_cancelled_is_not_sent(send: Send, mail_folder: Path) -> None:
    about, other = MessageFactory.create(refs={"session": "1"}), MessageFactory.create(refs={"session": "2"})
    assert actions.cancel(messages=Message.objects.about(session="1"), now=NOW) == 1
    send()
    about.refresh_from_db()
    assert about.state == State.CANCELLED
    assert [file.stem for file in mail_folder.iterdir()] == [str(other.pk)]


def test_what_has_left_can_not_be_cancelled(send: Send) -> None:
    MessageFactory.create()
    MessageFactory.create(claimed=True, handed_over=NOW)
    send()
    assert actions.cancel(messages=Message.objects.all(), now=NOW) == 0


def test_a_message_whose_reason_is_gone_is_not_even_written(know: Know, send: Send) -> None:
    def write(message: Message) -> Content:
        raise LookupError("the session it tells of is gone")

    know(still_holds=lambda message, now: False, render=write)
    message = MessageFactory.create()
    send()
    message.refresh_from_db()
    assert (message.state, message.finished, message.tries) == (State.CANCELLED, NOW, 0)


# --- Just before handover ---------------------------------------------------------------------------------------------
def test_a_message_may_be_handed_over_once() -> None:
    message = claimed()
    assert hand_over(message=message, now=NOW)
    assert not hand_over(message=message, now=NOW)
    message.refresh_from_db()
    assert message.handed_over == NOW


def test_a_message_cancelled_in_its_senders_hands_does_not_leave() -> None:
    message = claimed()
    actions.cancel(messages=Message.objects.all(), now=NOW)
    assert not hand_over(message=message, now=NOW)
    message.refresh_from_db()
    assert message.state == State.CANCELLED


def test_a_session_moved_between_claim_and_handover_keeps_the_message_back(know: Know) -> None:
    message = claimed()
    know(still_holds=lambda message, now: False)
    assert not hand_over(message=message, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.handed_over) == (State.CANCELLED, None)


def test_a_message_that_expires_in_its_senders_hands_does_not_leave() -> None:
    message = claimed()
    assert not hand_over(message=message, now=message.expires)
    message.refresh_from_db()
    assert (message.state, message.handed_over) == (State.EXPIRED, None)


def test_a_sender_who_lost_her_lease_is_refused_the_handover() -> None:
    slow = claimed()
    sweep(now=NOW + LEASE + timedelta(seconds=1))
    quick = claim(now=NOW + HOUR)
    assert quick == slow
    assert not hand_over(message=slow, now=NOW + HOUR)
    assert hand_over(message=quick, now=NOW + HOUR)


# --- When the sender goes away ----------------------------------------------------------------------------------------
def test_a_lease_is_respected_until_it_runs_out() -> None:
    message = claimed()
    sweep(now=NOW + LEASE)
    message.refresh_from_db()
    assert message.state == State.SENDING


def test_what_was_not_handed_over_is_sent_by_the_next(send: Send) -> None:
    message = claimed()
    send(NOW + LEASE + timedelta(seconds=1))
    message.refresh_from_db()
    assert (message.state, message.tries, message.lease_token) == (State.QUEUED, 1, None)
    send(NOW + HOUR)
    message.refresh_from_db()
    assert message.state == State.SENT
    assert [attempt.outcome for attempt in message.attempts.order_by("number")] == [
        Outcome.NOT_HANDED_OVER,
        Outcome.ACCEPTED,
    ]


def test_what_was_handed_over_is_uncertain_and_not_sent_again(send: Send, mail_folder: Path) -> None:
    message = claimed()
    hand_over(message=message, now=NOW)
    for hours in (1, 2, 20):
        send(NOW + hours * HOUR)
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.UNCERTAIN, 1)
    assert not mail_folder.exists()


def test_an_answer_that_comes_after_all_is_believed() -> None:
    message = claimed()
    hand_over(message=message, now=NOW)
    sweep(now=NOW + HOUR)
    settle(message=message, delivery=Delivery(Outcome.ACCEPTED, "250 OK", "A1"), now=NOW + HOUR)
    message.refresh_from_db()
    assert (message.state, message.provider_reference) == (State.SENT, "A1")


def test_an_answer_without_a_lease_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    slow = claimed()
    sweep(now=NOW + HOUR)
    claim(now=NOW + 2 * HOUR)
    settle(message=slow, delivery=Delivery(Outcome.PERMANENT, "550 No"), now=NOW + 2 * HOUR)
    slow.refresh_from_db()
    assert (slow.state, slow.tries) == (State.SENDING, 1)
    assert "an answer without a lease" in caplog.text


def test_a_message_that_kills_its_senders_is_given_up_in_the_end() -> None:
    message = MessageFactory.create()
    for tries in range(MAX_TRIES):
        assert claim(now=NOW + 2 * tries * HOUR) == message
        sweep(now=NOW + (2 * tries + 1) * HOUR)
    message.refresh_from_db()
    assert (message.state, message.attempts.count()) == (State.DEAD, MAX_TRIES)


# --- Trying again -----------------------------------------------------------------------------------------------------
def test_a_failed_try_is_repeated_after_a_while() -> None:
    message = claimed()
    settle(message=message, delivery=Delivery(Outcome.TEMPORARY, "451 Later"), now=NOW)
    message.refresh_from_db()
    assert (message.state, message.error, message.tries) == (State.QUEUED, "451 Later", 1)
    assert timedelta(seconds=15) <= message.next_try - NOW <= timedelta(seconds=45)
    assert claim(now=NOW + timedelta(seconds=14)) is None
    assert claim(now=NOW + timedelta(seconds=45)) == message


def test_a_pause_uses_up_no_try() -> None:
    message = claimed()
    release(message=message, reason="535 Who are you?")
    message.refresh_from_db()
    assert (message.state, message.tries, message.next_try) == (State.QUEUED, 0, NOW)
    assert message.attempts.count() == 0


def test_a_message_that_can_not_be_written_does_not_hold_up_the_others(
    know: Know, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    def write(message: Message) -> Content:
        raise LookupError("no such template")

    know(name="test.broken", render=write)
    broken, fine = MessageFactory.create(kind="test.broken", due=NOW - HOUR), MessageFactory.create()
    send()
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert fine.state == State.SENT
    assert (broken.state, broken.tries, broken.error) == (State.QUEUED, 1, "LookupError: no such template")
    assert "could not be written" in caplog.text


def test_a_full_disk_is_waited_for(send: Send, mail_folder: Path) -> None:
    mail_folder.touch()  # a file where the folder should be
    message = MessageFactory.create()
    send(NOW)
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.QUEUED, 1)
    mail_folder.unlink()
    send(NOW + HOUR)
    message.refresh_from_db()
    assert message.state == State.SENT
