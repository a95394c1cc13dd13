from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import connections, models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from messaging import kinds
from messaging.choices import Channel, EventKind, State, Topic
from messaging.rules import BY_DEFAULT, MOST_RESENDS, PATIENCE, is_daytime

if TYPE_CHECKING:
    from accounts.models import User
    from messaging.models import Message, Pause, SmsMonth, TextVersion, TopicChoice

ONE_MINUTE = timedelta(minutes=1)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """All of the regions that she coordinates. What others may know of is for the pages about people to say."""
        return self.filter(scope__in=user.coordinated_region_ids)

    def about(self, **refs: object) -> Self:
        """Messages about all of the given records, for example `session=session.pk`."""
        return self.filter(self._holds(refs))

    def about_any(self, **refs: Iterable[object]) -> Self:
        """Messages about any of the given records, for example `enrolment=[first.pk, second.pk]`."""
        held = {name: [str(value) for value in values] for name, values in refs.items()}
        if self._looks_into_refs:
            found = [Q(refs__contains={name: value}) for name, values in held.items() for value in values]
        else:
            found = [Q(**{f"refs__{name}__in": values}) for name, values in held.items()]
        return self.filter(Q(*found, _connector=Q.OR)) if found else self.none()

    def _holds(self, refs: Mapping[str, object]) -> Q:
        """Whether the refs hold these: on PostgreSQL as the index on them can find, which knows no other question."""
        held = {name: str(value) for name, value in refs.items()}
        return Q(refs__contains=held) if self._looks_into_refs else Q(**{f"refs__{k}": v for k, v in held.items()})

    @property
    def _looks_into_refs(self) -> bool:
        return connections[self.db].features.supports_json_field_contains

    def with_delivered(self) -> Self:
        """Annotate `delivered`, when the last report said that it had arrived, if one did."""
        events = self.model._meta.get_field("events").related_model._default_manager
        reports = events.filter(message=OuterRef("pk"), kind=EventKind.DELIVERED).order_by("-at")
        return self.annotate(delivered=Subquery(reports.values("at")[:1]))

    def claimable(self, *, now: datetime) -> Self:
        """Queued messages whose time has come, the longest waiting first."""
        return self.filter(state=State.QUEUED, next_try__lte=now).order_by("next_try", "id")

    def sendable(self, *, now: datetime) -> Self:
        """The claimable ones of known kinds, but for what lets people sleep: SMS, and mail of some kinds.

        What somebody is up and waiting for goes at any time.
        """
        known = kinds.registered()
        if is_daytime(timezone.localtime(now)):
            return self.claimable(now=now).filter(kind__in=[kind.name for kind in known])
        by_night = Q(channel=Channel.EMAIL, kind__in=[kind.name for kind in known if not kind.daytime_only])
        return self.claimable(now=now).filter(by_night | Q(kind__in=_awaited()))

    def stale(self, *, now: datetime) -> Self:
        """Queued messages that have waited past the time until which they are worth sending."""
        return self.filter(state=State.QUEUED, expires__lte=now)

    def in_hands_of(self, claimer: Message) -> Self:
        """The message that `claimer` is a claimed copy of, if its lease is still the one under which that was read."""
        return self.filter(pk=claimer.pk, state=State.SENDING, lease_token=claimer.lease_token)

    def abandoned(self, *, now: datetime) -> Self:
        """Messages whose sender went away: the lease ran out."""
        return self.filter(state=State.SENDING, lease_until__lt=now)

    def resending(self, kinds: Iterable[str], *, now: datetime) -> Self:
        """Mails of these kinds that have been uncertain for too long, and may be sent again without asking anybody.

        A text message costs money and has no Message-ID by which a second one could be told to be the same.
        """
        mails = self.uncertain(now=now).filter(channel=Channel.EMAIL, kind__in=kinds)
        return mails.filter(resends__lt=MOST_RESENDS, expires__gt=now)

    def uncertain(self, *, now: datetime) -> Self:
        """Messages of which it isn't known whether they have arrived, and nobody answers any more."""
        return self.filter(state=State.UNCERTAIN, handed_over__lte=now - PATIENCE)

    def left_since(self, moment: datetime) -> Self:
        """Messages that were handed over after `moment`, without those of which nobody knows whether they arrived."""
        return self.filter(handed_over__gt=moment).exclude(state=State.UNCERTAIN)

    def called(self, reference: str) -> Self:
        """Those of which a provider calls the last attempt by this name of its own."""
        return self.filter(provider_reference=reference)

    def once_called(self, reference: str) -> Self:
        """Those of which it calls any attempt so."""
        return self.filter(attempts__reference=reference).distinct()

    def unsent(self) -> Self:
        """Messages that surely haven't left, and still might."""
        return self.open().filter(handed_over=None)

    def open(self) -> Self:
        """Messages that may still be sent."""
        return self.filter(Q(state=State.QUEUED) | Q(state=State.SENDING))

    def to_look_after(self, *, now: datetime) -> Self:
        """Messages that may not have arrived, and wait for somebody to take care of them: else than their receivers."""
        may_be_late = Q(state=State.UNCERTAIN, handed_over__lte=now - PATIENCE, expires__gt=now)
        return self.filter(Q(state__in=[State.DEAD, State.BOUNCED]) | may_be_late, settled=None).exclude(
            kind__in=_awaited()
        )

    def busy_domains(self, *, limit: int, now: datetime) -> QuerySet[Message, str]:
        """The domains that have been given `limit` mails in the last minute, those under way among them."""
        given = Q(handed_over__gt=now - ONE_MINUTE) | Q(state=State.SENDING, handed_over=None)
        counted = self.filter(given, channel=Channel.EMAIL).order_by().values("domain").annotate(given=Count("pk"))
        return counted.filter(given__gte=limit).values_list("domain", flat=True)


def _awaited() -> list[str]:
    """The kinds whose receivers wait for them, and look after them themselves."""
    return [kind.name for kind in kinds.registered() if kind.awaited]


class PauseQuerySet(models.QuerySet["Pause"]):
    def in_force(self, *, now: datetime) -> Self:
        """Those because of which nothing is sent now."""
        return self.filter(Q(until=None) | Q(until__gt=now))

    def held(self) -> Self:
        """Those that somebody has to end."""
        return self.filter(until=None)

    def passing(self) -> Self:
        """Those that end by themselves."""
        return self.exclude(until=None)


class SmsMonthQuerySet(models.QuerySet["SmsMonth"]):
    def at(self, moment: datetime) -> Self:
        """Those of the local month of `moment`."""
        return self.filter(month=timezone.localdate(moment).replace(day=1))

    def spent(self, scope: UUID, *, now: datetime) -> int:
        """How many parts the region is charged for in this month."""
        return self.at(now).filter(scope=scope).values_list("parts", flat=True).first() or 0


class TextVersionQuerySet(models.QuerySet["TextVersion"]):
    def of(self, *, scope: UUID | None, kind: str, language: str) -> Self:
        """The versions of one text, the newest first."""
        return self.filter(scope=scope, kind=kind, language=language).order_by("-number")

    def newest(self, *, scope: UUID) -> dict[tuple[str, str], TextVersion]:
        """The version that counts of each of a region's texts, by kind and language."""
        return {(one.kind, one.language): one for one in self.filter(scope=scope).order_by("number")}


class TopicChoiceQuerySet(models.QuerySet["TopicChoice"]):
    def of(self, address: str) -> Self:
        """What was chosen at `address`, however it is spelled."""
        return self.filter(address=address.lower())

    def wanting(self, topic: Topic) -> QuerySet[TopicChoice, str]:
        """The addresses, in small letters, at which a topic was asked for."""
        return self.filter(topic=topic, is_wanted=True).values_list("address", flat=True)

    def is_wanted(self, address: str, topic: Topic) -> Q:
        """Whether `topic` is wanted at `address`, as a condition on something that is sent there."""
        chosen = self.of(address).filter(topic=topic)
        if topic in BY_DEFAULT:
            return ~Q(Exists(chosen.filter(is_wanted=False)))
        return Q(Exists(chosen.filter(is_wanted=True)))

    def wanted(self, address: str, among: Iterable[Topic]) -> list[Topic]:
        """Those `among` which are wanted at `address`."""
        return self.wanted_at([address], among)

    def wanted_at(self, addresses: Iterable[str], among: Iterable[Topic]) -> list[Topic]:
        """Those `among` which one wants who reads at all `addresses`: as she chose at any of them, or by default.

        Where she chose both, she doesn't.
        """
        found = self.filter(address__in=[address.lower() for address in addresses])
        chosen: dict[str, bool] = {}
        for topic, is_wanted in found.values_list("topic", "is_wanted"):
            chosen[topic] = is_wanted and chosen.get(topic, True)
        return [topic for topic in among if chosen.get(topic, topic in BY_DEFAULT)]
