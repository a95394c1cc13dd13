"""When messages wait: a channel rests, a domain has had its share, or somebody holds everything back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from audit.models import AuditEvent
from messaging import actions, channels
from messaging.actions.claim import claim
from messaging.actions.pauses import hold, pause, release_held
from messaging.channels import ChannelPausedError, ChannelRefusedError, Delivery
from messaging.channels.folder import SmsFolderChannel
from messaging.channels.mail import Mail
from messaging.choices import Channel, EventKind, State
from messaging.kinds import Content, Draft
from messaging.models import Message, Pause
from messaging.rules import LONG_PAUSE, MOST_RESENDS, PATIENCE, PAUSE
from tests.factories import NOW, MessageFactory, UserFactory
from tests.messaging.conftest import Know, Send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
AWAY = ChannelPausedError("Connection refused")
REFUSED = ChannelRefusedError("535 Who are you?")


def states() -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


# --- A channel rests --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("error", "rest"), [(AWAY, PAUSE), (REFUSED, LONG_PAUSE)])
def test_a_channel_rests_for_all_workers_and_goes_on_by_itself(
    send: Send, error: ChannelPausedError, rest: timedelta
) -> None:
    MessageFactory.create()
    pause(channel=Channel.EMAIL, error=error, now=NOW)
    send(NOW + rest - SECOND)
    assert states() == [State.QUEUED]
    send(NOW + rest)
    assert states() == [State.SENT]


def test_a_channel_that_rests_again_rests_from_then_on(send: Send) -> None:
    MessageFactory.create()
    pause(channel=Channel.EMAIL, error=AWAY, now=NOW)
    pause(channel=Channel.EMAIL, error=REFUSED, now=NOW + PAUSE)
    found = Pause.objects.get()
    assert (found.since, found.until, found.reason) == (NOW + PAUSE, NOW + PAUSE + LONG_PAUSE, "535 Who are you?")


def test_whoever_has_mended_it_need_not_wait(send: Send) -> None:
    MessageFactory.create()
    pause(channel=Channel.EMAIL, error=REFUSED, now=NOW)
    by = UserFactory.create()
    actions.resume(channel=Channel.EMAIL, by=by, now=NOW + SECOND)
    actions.resume(channel=Channel.EMAIL, by=by, now=NOW + SECOND)  # pressed twice
    send(NOW + SECOND)
    assert states() == [State.SENT]
    assert AuditEvent.objects.get(action="channel.resumed").actor == by


class AwayChannel(SmsFolderChannel):
    """A channel whose server never answers."""

    def deliver(self, parcel: Mail, *, hand_over: Callable[[], bool]) -> Delivery | None:
        raise AWAY


def test_a_channel_that_rests_holds_up_no_other(know: Know, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    know(render=lambda message: Content(subject="Hej", text="Hej", html="Hej", sms="Hej"))
    monkeypatch.setattr(channels, "SmsFolderChannel", AwayChannel)
    waiting = MessageFactory.create_batch(3, channel=Channel.SMS, recipient="+46701740605", due=NOW - HOUR)
    mails = MessageFactory.create_batch(3)
    send()
    assert {message.pk for message in Message.objects.filter(state=State.SENT)} == {mail.pk for mail in mails}
    untouched = set(Message.objects.filter(state=State.QUEUED, tries=0).values_list("pk", flat=True))
    assert untouched == {message.pk for message in waiting}


# --- A domain has had its share ---------------------------------------------------------------------------------------
def test_a_receiving_domain_is_given_so_many_a_minute_and_holds_up_no_other(send: Send, settings: Settings) -> None:
    settings.MAIL_PER_DOMAIN = 2
    for number in range(5):
        MessageFactory.create(recipient=f"{number}@Kommunen.se", due=NOW - HOUR)
    MessageFactory.create(recipient="en@annan.se")
    send(NOW)
    assert Message.objects.filter(state=State.SENT, domain="kommunen.se").count() == 2
    assert Message.objects.get(domain="annan.se").state == State.SENT
    send(NOW + timedelta(seconds=59))
    assert Message.objects.filter(state=State.SENT).count() == 3
    send(NOW + timedelta(seconds=60))
    assert Message.objects.filter(state=State.SENT).count() == 5


def test_what_other_workers_have_in_their_hands_counts(settings: Settings) -> None:
    settings.MAIL_PER_DOMAIN = 2
    MessageFactory.create_batch(3)
    assert [claim(now=NOW) is not None for _worker in range(3)] == [True, True, False]


# --- Somebody holds everything back -----------------------------------------------------------------------------------
def reminder(due: datetime) -> Draft:
    return Draft(
        kind="test.postcard",
        key=f"reminder:{due}",
        recipient="asa@example.org",
        language="sv",
        due=due,
        expires=due + timedelta(days=1),
    )


def test_what_is_held_back_waits_whatever_happens(know: Know, send: Send) -> None:
    know(materialise=lambda now: [reminder(NOW)])
    MessageFactory.create()
    hold(now=NOW)
    pause(channel=Channel.EMAIL, error=AWAY, now=NOW)  # by a worker that had one in its hands
    actions.resume(channel=Channel.EMAIL, by=UserFactory.create(), now=NOW)
    send(NOW + 3 * HOUR)
    assert states() == [State.QUEUED]
    assert release_held(now=NOW + 3 * HOUR, after_restore=False) == 0
    send(NOW + 3 * HOUR)
    assert states() == [State.SENT, State.SENT]


def test_yesterdays_backup_sends_nothing_twice(know: Know, send: Send, mail_folder: Path) -> None:
    """What the lost portal may have sent, whether the copy knows of it or derives it anew, is left to people."""
    know(resends=True, materialise=lambda now: [reminder(NOW - HOUR)])
    in_the_copy = MessageFactory.create(due=NOW - 2 * HOUR)
    in_somebodys_hands = MessageFactory.create(due=NOW - 2 * HOUR, claimed=True)
    stale = MessageFactory.create(due=NOW - 2 * HOUR, expires=NOW - HOUR)
    hold(now=NOW)
    hold(now=NOW + HOUR)  # to be sure
    queued_since = MessageFactory.create(due=NOW + SECOND)
    ahead = MessageFactory.create(due=NOW + 2 * HOUR)
    assert release_held(now=NOW + HOUR, after_restore=True) == 3
    send(NOW + HOUR)
    send(NOW + HOUR + PATIENCE)

    by_state = {state: set(Message.objects.filter(state=state).values_list("pk", flat=True)) for state in State}
    derived = Message.objects.get(key=f"reminder:{NOW - HOUR}")
    assert by_state[State.UNCERTAIN] == {in_the_copy.pk, in_somebodys_hands.pk, derived.pk}
    assert by_state[State.EXPIRED] == {stale.pk}
    assert by_state[State.SENT] == {queued_since.pk}
    assert by_state[State.QUEUED] == {ahead.pk}
    assert [file.stem for file in mail_folder.iterdir()] == [str(queued_since.pk)]
    assert {event.kind for event in derived.events.all()} == {EventKind.SET_ASIDE}
    assert derived.resends == MOST_RESENDS
    assert Message.objects.to_look_after(now=NOW + HOUR).count() == 3


def test_what_was_set_aside_is_sent_when_a_coordinator_says_so(send: Send) -> None:
    message = MessageFactory.create(due=NOW - HOUR)
    hold(now=NOW)
    release_held(now=NOW, after_restore=True)
    message.refresh_from_db()
    actions.resend(message=message, by=UserFactory.create(), now=NOW + HOUR)
    send(NOW + HOUR)
    assert states() == [State.SENT]


def test_the_commands_hold_back_and_release(capsys: pytest.CaptureFixture[str], mail_folder: Path) -> None:
    MessageFactory.create()
    call_command("hold_messages")
    call_command("dispatch")
    assert not mail_folder.exists()
    with pytest.raises(Exception, match="required"):
        call_command("release_messages")
    call_command("release_messages", "--send-all")
    assert not Pause.objects.held().exists()
    assert "0 that may have been sent" in capsys.readouterr().out
