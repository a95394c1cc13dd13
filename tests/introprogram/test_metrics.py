"""What Prometheus reads: figures of the whole portal, from the database, for whoever has the token."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from certificates.choices import CertificateStatus
from messaging.actions.pauses import pause
from messaging.actions.queue import may_materialise
from messaging.channels import ChannelPausedError, ChannelRefusedError
from messaging.choices import Channel, State
from messaging.models import Message
from tests.factories import NOW, CertificateFactory, MessageFactory

pytestmark = pytest.mark.django_db
TOKEN = "a-token-that-only-prometheus-and-the-portal-know"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """By day, so that nothing sleeps."""
    with time_machine.travel(NOW, tick=False):
        yield


def read(client: Client) -> dict[tuple[str, ...], float]:
    """All samples by name and the values of their labels."""
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name.removeprefix("introprogram_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


class TestWhoReads:
    @pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer guessed"}, {"Authorization": TOKEN}])
    def test_nobody_without_the_token(self, client: Client, header: dict[str, str]) -> None:
        response = client.get("/metrics", headers=header)
        assert (response.status_code, response.content) == (401, b"")

    def test_nobody_at_all_where_no_token_is_set(self, client: Client, settings: Settings) -> None:
        settings.METRICS_TOKEN = ""
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


class TestWhatItSays:
    def test_messages_by_channel_and_state_those_that_are_none_too(self, client: Client) -> None:
        MessageFactory.create_batch(2)
        MessageFactory.create(sms=True, state=State.SENT)
        found = read(client)
        assert found["messages", "email", "queued"] == 2
        assert found["messages", "sms", "sent"] == 1
        assert found["messages", "sms", "dead"] == 0

    def test_what_is_due_and_for_how_long(self, client: Client) -> None:
        MessageFactory.create(kind="session.reminder", due=NOW - 90 * SECOND)
        MessageFactory.create(kind="session.reminder", due=NOW - 30 * SECOND)
        MessageFactory.create(kind="session.reminder", due=NOW + SECOND)
        found = read(client)
        assert (found["queue_due", "email"], found["queue_oldest_due_seconds", "email"]) == (2, 90)
        assert (found["queue_due", "sms"], found["queue_oldest_due_seconds", "sms"]) == (0, 0)

    def test_what_lets_people_sleep_is_not_due_at_night(self, client: Client) -> None:
        midnight = NOW.replace(hour=23)
        MessageFactory.create(sms=True, kind="session.reminder", due=midnight)
        with time_machine.travel(midnight + SECOND, tick=False):
            assert read(client)["queue_due", "sms"] == 0

    def test_from_due_to_handed_over(self, client: Client) -> None:
        for seconds in (3, 40, 40, 7200):
            MessageFactory.create(state=State.SENT, due=NOW - 3 * 3600 * SECOND, handed_over=NOW)
            last = Message.objects.latest("created")
            Message.objects.filter(pk=last.pk).update(due=NOW - seconds * SECOND, created=NOW - 4 * 3600 * SECOND)
        found = read(client)
        buckets = {limit: found["message_dwell_seconds_bucket", "email", str(limit)] for limit in (5, 30, 60, 3600)}
        assert buckets == {5: 1, 30: 1, 60: 3, 3600: 3}
        assert found["message_dwell_seconds_bucket", "email", "+Inf"] == 4
        assert found["message_dwell_seconds_gcount", "email"] == 4
        assert found["message_dwell_seconds_gsum", "email"] == 7283

    def test_what_was_queued_late_has_waited_since_then(self, client: Client) -> None:
        MessageFactory.create(state=State.SENT, due=NOW - 7200 * SECOND, handed_over=NOW + 4 * SECOND)
        assert read(client)["message_dwell_seconds_gsum", "email"] == 4

    def test_certificates_that_wait_for_their_pdf(self, client: Client) -> None:
        CertificateFactory.create(status=CertificateStatus.ISSUED, issued=NOW - 600 * SECOND)
        found = read(client)
        assert found[("certificates_waiting",)] == 1
        assert found[("certificates_oldest_waiting_seconds",)] == 600

    def test_messages_that_a_coordinator_has_to_look_after(self, client: Client) -> None:
        MessageFactory.create(state=State.DEAD)
        assert read(client)[("messages_to_look_after",)] == 1

    def test_a_channel_that_rests_and_one_that_needs_somebody(self, client: Client) -> None:
        assert read(client)["channel_paused", "email"] == 0
        pause(channel=Channel.EMAIL, error=ChannelPausedError("away"), now=NOW)
        pause(channel=Channel.SMS, error=ChannelRefusedError("401"), now=NOW)
        found = read(client)
        assert (found["channel_paused", "email"], found["channel_paused", "sms"]) == (1, 2)

    def test_when_a_worker_last_looked_for_what_to_send(self, client: Client) -> None:
        assert ("last_round_age_seconds",) not in read(client)
        may_materialise(now=NOW - 20 * SECOND)
        assert read(client)[("last_round_age_seconds",)] == 20

    def test_beats_sign_of_life_where_it_can_be_seen(self, client: Client, settings: Settings, tmp_path: Path) -> None:
        settings.BEAT_HEARTBEAT = tmp_path / "beat"
        assert ("beat_heartbeat_age_seconds",) not in read(client)
        settings.BEAT_HEARTBEAT.touch()
        os.utime(settings.BEAT_HEARTBEAT, (NOW.timestamp() - 12, NOW.timestamp() - 12))
        assert read(client)[("beat_heartbeat_age_seconds",)] == pytest.approx(12)


def test_however_much_there_is_it_takes_as_many_queries(client: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        read(client)
    MessageFactory.create_batch(20)
    MessageFactory.create_batch(20, sms=True)
    with CaptureQueriesContext(connection) as many:
        read(client)
    assert len(many) == len(few) <= 9
