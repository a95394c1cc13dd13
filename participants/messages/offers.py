"""What managers are told about offers of a seat, and about waiting in vain. First names only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.messages.enrolments import WORTH_TELLING, draft_about, mail_about, with_managers, words_about
from participants.messages.texts import TEXTS
from participants.models import Enrolment, Offer
from participants.rules.seats import reminder_due

OFFERED = "enrolment.offered"
REMINDER = "enrolment.offer_reminder"
DECLINED = "enrolment.declined"
EXPIRED = "enrolment.offer_expired"
TAKEN_BACK = "enrolment.offer_taken_back"
NO_SEAT = "enrolment.no_seat"


def about_offer(kind: str, offer: Offer, *, now: datetime) -> Iterator[Draft]:
    """That a seat is offered, or what has become of the offer, as `kind` says.

    Goes to the manager who enrolled her; if a coordinator did, to all managers of the municipality.
    """
    for _enrolment, managers in with_managers([offer.enrolment]):
        for manager in managers:
            yield _draft(kind, offer, to=manager, due=now, expires=WORTH_TELLING)


def _draft(kind: str, offer: Offer, *, to: User, due: datetime, expires: datetime | timedelta) -> Draft:
    """A message about an offer: one of each kind to each manager, however often it is derived."""
    return Draft.to(
        to,
        kind=kind,
        key=f"{kind}:{offer.pk}:{to.pk}",
        due=due,
        expires=expires,
        scope=offer.enrolment.cohort.region.pk,
        enrolment=offer.enrolment_id,
        offer=offer.pk,
    )


def _reminders(now: datetime) -> Iterator[Draft]:
    """Reminders of the offers that have to be answered soon; who got the offer no earlier gets none."""
    soon = Offer.objects.expiring(now=now).with_people()
    offers = {offer.enrolment_id: offer for offer in soon if offer.made < reminder_due(offer.expires) <= now}
    for enrolment, managers in with_managers([offer.enrolment for offer in offers.values()]):
        offer = offers[enrolment.pk]
        for manager in managers:
            yield _draft(REMINDER, offer, to=manager, due=reminder_due(offer.expires), expires=offer.expires)


def _left_without_seat(now: datetime) -> Iterator[Draft]:
    """That a cohort has started while the person waits: once, not again if she waits on."""
    waited_for = Cohort.objects.published().filter(pk__in=Enrolment.objects.waiting().values("cohort"))
    started = waited_for.annotate(first=Min("sessions__starts")).filter(first__lte=now, first__gt=now - WORTH_TELLING)
    moments = dict(started.values_list("pk", "first"))
    waiting = list(Enrolment.objects.waiting().filter(cohort__in=moments).with_people())
    for enrolment, managers in with_managers(waiting):
        for manager in managers:
            yield draft_about(NO_SEAT, enrolment, to=manager, now=moments[enrolment.cohort_id])


def _can_be_answered(message: Message, now: datetime) -> bool:
    return Offer.objects.open().filter(pk=message.refs["offer"], expires__gt=now).exists()


def _declined(message: Message, now: datetime) -> bool:
    return Enrolment.objects.filter(pk=message.refs["enrolment"], status=EnrolmentStatus.DECLINED).exists()


def _waits(message: Message, now: datetime) -> bool:
    return Enrolment.objects.filter(pk=message.refs["enrolment"], status=EnrolmentStatus.WAITING).exists()


def _content(message: Message) -> Content:
    enrolment = Enrolment.objects.with_people().get(pk=message.refs["enrolment"])
    offer = Offer.objects.filter(pk=message.refs.get("offer")).first()
    said = words_about(enrolment, message, moment=offer.answer_by if offer else "")
    template = "enrolment_offered" if message.kind in (OFFERED, REMINDER) else "enrolment"
    return mail_about(enrolment, message, template=template, words=said)


KINDS = (
    # An offer that nobody reads runs out, and the seat is gone.
    Kind(
        OFFERED,
        _content,
        _can_be_answered,
        resends=True,
        title=pgettext_lazy("message", "Offer of a seat"),
        text=TEXTS[OFFERED],
    ),
    Kind(
        REMINDER,
        _content,
        _can_be_answered,
        _reminders,
        daytime_only=True,
        title=pgettext_lazy("message", "Reminder of an offer"),
        text=TEXTS[REMINDER],
    ),
    Kind(DECLINED, _content, _declined, title=pgettext_lazy("message", "Offer declined"), text=TEXTS[DECLINED]),
    Kind(EXPIRED, _content, _declined, title=pgettext_lazy("message", "Offer expired"), text=TEXTS[EXPIRED]),
    Kind(TAKEN_BACK, _content, _waits, title=pgettext_lazy("message", "Offer taken back"), text=TEXTS[TAKEN_BACK]),
    Kind(
        NO_SEAT,
        _content,
        _waits,
        _left_without_seat,
        daytime_only=True,
        title=pgettext_lazy("message", "No seat was left"),
        text=TEXTS[NO_SEAT],
    ),
)
