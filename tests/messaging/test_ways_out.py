"""What becomes of messages that may not have arrived: by themselves, and by what coordinators do about them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import AuditEvent
from messaging import actions
from messaging.actions.claim import claim
from messaging.actions.hand_over import hand_over
from messaging.actions.settle import settle
from messaging.actions.sweep import sweep
from messaging.channels import Delivery
from messaging.choices import EventKind, Outcome, State, WayOut
from messaging.exceptions import MessageRefused
from messaging.models import Message
from messaging.rules import MAX_TRIES, MOST_RESENDS, PATIENCE
from tests.factories import NOW, MessageFactory, UserFactory
from tests.messaging.conftest import Know, Send
from tests.smtp import DROP, MailServer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
WAYS = {
    "resend": actions.resend,
    "treat as sent": actions.treat_as_sent,
    "settle": actions.settle_otherwise,
    "correct": lambda **given: actions.correct_and_resend(recipient="ratt@example.org", **given),
}
Act = Callable[..., None]


@pytest.fixture
def by() -> User:
    return UserFactory.create(email="samordnare@example.org")


def stuck(state: State = State.UNCERTAIN, **given: object) -> Message:
    """A message that may not have arrived, after one attempt."""
    message = MessageFactory.create(**given)
    taken = claim(now=NOW)
    assert taken
    assert hand_over(message=taken, now=NOW)
    outcome = {State.UNCERTAIN: Outcome.UNKNOWN, State.DEAD: Outcome.PERMANENT, State.BOUNCED: Outcome.ACCEPTED}[state]
    settle(message=taken, delivery=Delivery(outcome, "what the server said", "A1"), now=NOW)
    if state == State.BOUNCED:
        actions.report(provider_reference="A1", event=EventKind.BOUNCED, at=NOW, detail="5.1.1 No such mailbox")
    message.refresh_from_db()
    assert message.state == state
    return message


# --- By themselves ----------------------------------------------------------------------------------------------------
def test_what_does_harm_unread_is_sent_again_by_itself_as_the_same_mail(
    know: Know, send: Send, mail_server: MailServer
) -> None:
    know(resends=True)
    message = MessageFactory.create()
    mail_server.misbehaviour = {"final dot": DROP}
    send()
    send(NOW + PATIENCE - timedelta(seconds=1))
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN

    mail_server.misbehaviour = {}
    send(NOW + PATIENCE)
    message.refresh_from_db()
    assert (message.state, message.tries, message.resends) == (State.SENT, 2, 1)
    assert list(mail_server.copies) == [f"<{message.pk}@localhost>"]
    resent = message.events.get()
    assert (resent.kind, resent.by, resent.number) == (EventKind.RESENT, None, 1)


def test_that_happens_a_few_times_and_then_waits_for_a_coordinator(
    know: Know, send: Send, mail_server: MailServer
) -> None:
    know(resends=True)
    message = MessageFactory.create()
    mail_server.misbehaviour = {"answer": DROP}
    for quarter in range(6):
        send(NOW + quarter * PATIENCE)
    message.refresh_from_db()
    assert (message.state, message.tries) == (State.UNCERTAIN, MOST_RESENDS + 1)
    assert Message.objects.to_look_after(now=NOW + 6 * PATIENCE).get() == message


def test_the_rest_waits_for_a_coordinator(send: Send, mail_server: MailServer) -> None:
    mail_server.misbehaviour = {"answer": DROP}
    message = MessageFactory.create()
    for quarter in range(4):
        send(NOW + quarter * PATIENCE)
    message.refresh_from_db()
    assert (message.state, message.tries, message.events.count()) == (State.UNCERTAIN, 1, 0)
    assert Message.objects.to_look_after(now=NOW + PATIENCE).get() == message


def test_what_would_come_too_late_is_not_sent_again(know: Know) -> None:
    know(resends=True)
    message = stuck(expires=NOW + PATIENCE)
    sweep(now=NOW + PATIENCE)
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    assert not Message.objects.to_look_after(now=NOW + PATIENCE).exists()


# --- By coordinators --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.DEAD, State.BOUNCED])
def test_it_is_sent_again_with_a_fresh_row_of_tries(state: State, by: User) -> None:
    message = stuck(state)
    actions.resend(message=message, by=by, now=LATER)
    message.refresh_from_db()
    assert (message.state, message.next_try, message.finished, message.error) == (State.QUEUED, LATER, None, "")
    for number in range(2, MAX_TRIES + 2):
        taken = claim(now=message.next_try)
        assert taken
        settle(message=taken, delivery=Delivery(Outcome.TEMPORARY, "451 Later"), now=LATER)
        message.refresh_from_db()
        assert message.tries == number
    assert message.state == State.DEAD
    event = message.events.get(kind=EventKind.RESENT)
    assert (event.by, event.at, event.number) == (by, LATER, 1)
    assert AuditEvent.objects.get(action="message.resent").actor == by


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.DEAD, State.BOUNCED])
def test_it_is_sent_to_the_right_address_and_both_are_remembered(
    state: State, by: User, send: Send, mail_server: MailServer
) -> None:
    message = stuck(state, recipient="fel@example.org")
    actions.correct_and_resend(message=message, recipient="ratt@example.org", by=by, now=LATER)
    send(LATER)
    message.refresh_from_db()
    assert (message.state, message.recipient) == (State.SENT, "ratt@example.org")
    assert [accepted.recipients for accepted in mail_server.accepted] == [["ratt@example.org"]]
    assert message.events.get(kind=EventKind.CORRECTED).detail == "fel@example.org → ratt@example.org"
    logged = AuditEvent.objects.get(action="message.corrected")
    assert (logged.before, logged.after) == ({"recipient": "fel@example.org"}, {"recipient": "ratt@example.org"})


def test_what_is_uncertain_can_be_treated_as_sent(by: User) -> None:
    message = stuck()
    actions.treat_as_sent(message=message, by=by, now=LATER)
    message.refresh_from_db()
    assert (message.state, message.finished) == (State.SENT, LATER)
    assert message.events.get().kind == EventKind.TREATED_AS_SENT
    assert claim(now=LATER) is None


@pytest.mark.parametrize("state", [State.DEAD, State.BOUNCED])
def test_what_did_not_arrive_can_be_settled_in_another_way_and_stays_what_it_is(state: State, by: User) -> None:
    message = stuck(state)
    actions.settle_otherwise(message=message, by=by, now=LATER)
    message.refresh_from_db()
    assert (message.state, message.settled) == (state, LATER)
    assert not Message.objects.to_look_after(now=LATER).exists()


@pytest.mark.parametrize(
    ("way", "state"),
    [
        ("treat as sent", State.DEAD),
        ("treat as sent", State.BOUNCED),
        ("settle", State.UNCERTAIN),
    ],
)
def test_nobody_can_say_of_a_message_what_is_not_so(way: str, state: State, by: User) -> None:
    message = stuck(state)
    with pytest.raises(MessageRefused):
        WAYS[way](message=message, by=by, now=LATER)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_sent_or_waits_needs_nothing(way: str, by: User) -> None:
    message = MessageFactory.create()
    for state in set(State) - {State.UNCERTAIN, State.DEAD, State.BOUNCED, State.SENDING}:
        Message.objects.update(state=state)
        with pytest.raises(MessageRefused, match="redan omhändertaget"):
            WAYS[way](message=message, by=by, now=LATER)


@pytest.mark.parametrize("way", ["resend", "correct"])
def test_what_is_not_true_any_more_or_too_late_is_not_sent_again(way: str, by: User, know: Know) -> None:
    message = stuck()
    with pytest.raises(MessageRefused, match="för sent"):
        WAYS[way](message=message, by=by, now=message.expires)
    know(still_holds=lambda message, now: False)
    with pytest.raises(MessageRefused, match="gäller inte längre"):
        WAYS[way](message=message, by=by, now=LATER)


def test_what_only_its_receiver_may_read_goes_to_no_other_address(by: User, know: Know) -> None:
    know(fixed_address=True)
    message = stuck(State.BOUNCED)
    with pytest.raises(MessageRefused, match="Bjud in"):
        WAYS["correct"](message=message, by=by, now=LATER)
    actions.resend(message=message, by=by, now=LATER)


def test_the_same_address_is_no_correction(by: User) -> None:
    message = stuck(State.BOUNCED)
    with pytest.raises(MessageRefused, match="den adress som"):
        actions.correct_and_resend(message=message, recipient=message.recipient, by=by, now=LATER)


# --- SMS, and what somebody waits for ---------------------------------------------------------------------------------
def test_nobody_but_its_owner_gives_a_number_for_an_sms(by: User) -> None:
    message = stuck(sms=True)
    assert WayOut.CORRECT not in actions.open_ways(message, now=LATER)
    with pytest.raises(MessageRefused, match="själv har bekräftat"):
        actions.correct_and_resend(message=message, recipient="+46701740699", by=by, now=LATER)
    message.refresh_from_db()
    assert (message.state, message.recipient != "+46701740699") == (State.UNCERTAIN, True)


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.DEAD, State.BOUNCED])
def test_what_its_receiver_waits_for_is_left_to_her(know: Know, state: State) -> None:
    message = stuck(state)
    assert Message.objects.to_look_after(now=LATER).get() == message
    know(awaited=True)
    assert not Message.objects.to_look_after(now=LATER).exists()
