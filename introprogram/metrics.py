"""How the post office and the certificates are doing, for Prometheus (docs/operations.md says what to alarm on).

Everything is read from the database when it is asked for: processes keep no counts, so any number of them say the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Sum
from django.db.models.functions import Greatest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from certificates.choices import CertificateStatus
from certificates.models import Certificate
from messaging.actions.queue import MATERIALISE
from messaging.choices import Channel, State
from messaging.models import Message, Pause, Round
from messaging.rules import EVENING, MORNING

WINDOW = timedelta(hours=24)
DWELL_BUCKETS = (5, 15, 30, 60, 90, 180, 300, 600, 1800, 3600)  # seconds


def text(*, now: datetime) -> bytes:
    """Everything there is to know, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Portal(now))
    return generate_latest(registry)


class _Portal(Collector):
    """What is asked for once, at `now`: a handful of queries, however much there is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield self._messages()
        yield from self._queue()
        yield self._dwell()
        yield self._not_arrived()
        yield self._pauses()
        yield from self._rounds()
        yield from self._certificates()
        yield from self._beat()

    def _messages(self) -> Metric:
        family = GaugeMetricFamily(
            "introprogram_messages", "Messages by channel and state.", labels=["channel", "state"]
        )
        rows = Message.objects.order_by().values_list("channel", "state").annotate(Count("pk"))
        counted = {(channel, state): number for channel, state, number in rows}
        for channel in Channel.values:
            for state in State.values:
                family.add_metric([channel, state], counted.get((channel, state), 0))
        return family

    def _queue(self) -> Iterator[Metric]:
        """What could be sent at this moment; what lets people sleep isn't due at night."""
        due = GaugeMetricFamily("introprogram_queue_due", "Queued messages that could be sent now.", labels=["channel"])
        age = GaugeMetricFamily(
            "introprogram_queue_oldest_due_seconds",
            "For how long the oldest of them has been due; 0 if there is none.",
            labels=["channel"],
        )
        waiting = Message.objects.sendable(now=self.now).order_by().values_list("channel")
        found = {
            channel: (number, oldest) for channel, number, oldest in waiting.annotate(Count("pk"), Min("next_try"))
        }
        for channel in Channel.values:
            number, oldest = found.get(channel, (0, self.now))
            due.add_metric([channel], number)
            age.add_metric([channel], (self.now - oldest).total_seconds())
        yield due
        yield age

    def _dwell(self) -> Metric:
        """From when a message could leave to when it did, of those that left in the last day and were due by day."""
        family = GaugeHistogramMetricFamily(
            "introprogram_message_dwell_seconds",
            "From due to handed over, of the last 24 hours' messages that were due between 07 and 20.",
            labels=["channel"],
        )
        left = Message.objects.filter(
            handed_over__gt=self.now - WINDOW, due__hour__gte=MORNING, due__hour__lt=EVENING
        ).annotate(dwell=ExpressionWrapper(F("handed_over") - Greatest("due", "created"), output_field=DurationField()))
        within = {
            f"within_{limit}": Count("pk", filter=Q(dwell__lte=timedelta(seconds=limit))) for limit in DWELL_BUCKETS
        }
        rows = left.order_by().values("channel").annotate(total=Count("pk"), sum=Sum("dwell"), **within)
        nothing = {"total": 0, "sum": timedelta(), **dict.fromkeys(within, 0)}
        found: dict[str, Any] = {row["channel"]: row for row in rows}
        for channel in Channel.values:
            row = found.get(channel, nothing)
            buckets: list[Any] = [(str(limit), row[f"within_{limit}"]) for limit in DWELL_BUCKETS]
            family.add_metric([channel], [*buckets, ("+Inf", row["total"])], row["sum"].total_seconds())
        return family

    def _not_arrived(self) -> Metric:
        waiting = Message.objects.to_look_after(now=self.now).count()
        return GaugeMetricFamily(
            "introprogram_messages_to_look_after", "Messages that may not have arrived, left to coordinators.", waiting
        )

    def _pauses(self) -> Metric:
        family = GaugeMetricFamily(
            "introprogram_channel_paused",
            "1 while nothing is sent on a channel, 2 if it takes somebody to end it.",
            labels=["channel"],
        )
        pauses = Pause.objects.in_force(now=self.now).values_list("channel", "needs_somebody")
        found = {channel: 1 + needs_somebody for channel, needs_somebody in pauses}
        for channel in Channel.values:
            family.add_metric([channel], found.get(channel, 0))
        return family

    def _rounds(self) -> Iterator[Metric]:
        """Since a worker last looked for what should be sent: beat, broker and a worker were alive then."""
        for begun in Round.objects.filter(name=MATERIALISE).values_list("begun", flat=True):
            yield GaugeMetricFamily(
                "introprogram_last_round_age_seconds",
                "Since a worker last began to send what is due.",
                (self.now - begun).total_seconds(),
            )

    def _certificates(self) -> Iterator[Metric]:
        waiting = Certificate.objects.filter(status=CertificateStatus.ISSUED).aggregate(Count("pk"), Min("issued"))
        oldest = waiting["issued__min"] or self.now
        yield GaugeMetricFamily(
            "introprogram_certificates_waiting", "Issued certificates whose PDF isn't made yet.", waiting["pk__count"]
        )
        yield GaugeMetricFamily(
            "introprogram_certificates_oldest_waiting_seconds",
            "For how long the oldest of them has waited; 0 if there is none.",
            (self.now - oldest).total_seconds(),
        )

    def _beat(self) -> Iterator[Metric]:
        """Beat's sign of life, where it is on the same machine."""
        try:
            touched = settings.BEAT_HEARTBEAT.stat().st_mtime
        except FileNotFoundError:
            return
        yield GaugeMetricFamily(
            "introprogram_beat_heartbeat_age_seconds", "Since beat's last tick.", self.now.timestamp() - touched
        )
