"""Offers as they stand: how long a new one lasts, and where some have run out or are to be made. Reads only."""

from collections.abc import Iterable
from datetime import datetime

from cohorts.models import Cohort
from common.clock import local_date
from participants.assessment import opening_of
from participants.choices import EnrolmentStatus
from participants.models import Enrolment, Offer
from participants.rules.seats import offer_expires, offers_end
from participants.seating import seats_of_each


def new_offer_expires(cohort: Cohort, *, now: datetime) -> datetime | None:
    """When an offer of a seat in `cohort` that is made at `now` expires; None if none are made any more, or yet."""
    if not cohort.is_published:
        return None
    return offer_expires(now, days=cohort.region.offer_days, end=offers_stop(cohort, now=now))


def offers_stop(cohort: Cohort, *, now: datetime) -> datetime | None:
    """The moment from which `cohort` makes no offers, since it is about to start; None if no session is planned."""
    return offers_end(opening_of(cohort, now=now).starts, stop_days=cohort.region.offers_stop_days)


def open_offer_of(enrolment: Enrolment) -> Offer | None:
    """The offer to which an answer about `enrolment` is awaited."""
    return Offer.objects.open().filter(enrolment=enrolment).first()


def cohorts_to_serve(*, now: datetime) -> Iterable[Cohort]:
    """Cohorts in which offers have run out, or a seat waits for the one whose turn it is.

    Seats may become free without anyone doing something: on the release date, or by what a region decides.
    """
    late = set(Enrolment.objects.offered_until(now).values_list("cohort", flat=True))
    waited_for = Enrolment.objects.filter(status=EnrolmentStatus.WAITING).values("cohort")
    cohorts = list(
        Cohort.objects.running(now=now).filter(pk__in=waited_for).select_related("programme__region").order_by("pk")
    )
    seats = seats_of_each(cohorts, today=local_date(now))
    late |= {
        cohort.pk
        for cohort in cohorts
        if seats[cohort.pk].next_in_turn() and new_offer_expires(cohort, now=now) is not None
    }
    return Cohort.objects.filter(pk__in=late).order_by("pk")
