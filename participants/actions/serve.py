"""What time does to offers: they run out, and seats become free without anyone doing something."""

import logging
from datetime import datetime

from django.db import transaction

from cohorts.models import Cohort
from messaging.actions import queue
from participants.actions.seats import lock_seats
from participants.choices import EnrolmentStatus, EventKind
from participants.messages import offers as offer_messages
from participants.models import Enrolment, Offer
from participants.offering import cohorts_to_serve

logger = logging.getLogger(__name__)


def serve_waiting_lists(*, now: datetime) -> None:
    """End the offers whose time has run out, and offer every free seat to the one whose turn it is.

    One transaction for each cohort; one that fails is logged and keeps no other waiting. Safe to run twice, or twice
    at once: the second finds nothing to do.
    """
    for cohort in cohorts_to_serve(now=now):
        try:
            serve_waiting_list(cohort=cohort, now=now)
        except Exception:
            logger.exception("the waiting list of cohort %s could not be served", cohort.pk)


@transaction.atomic
def serve_waiting_list(*, cohort: Cohort, now: datetime) -> list[Offer]:
    """End what has run out in `cohort`, and offer what is free; return the new offers."""
    seats = lock_seats(cohort, now=now)
    late = Enrolment.objects.offered_until(now).filter(cohort=seats.cohort).with_people()
    for enrolment in late.select_for_update(of=("self",)).order_by("pk"):
        offer = enrolment.offers.open().get()
        seats.give_back(enrolment, EnrolmentStatus.DECLINED, kind=EventKind.OFFER_EXPIRED, by=None)
        queue(offer_messages.about_offer(offer_messages.EXPIRED, offer, now=now))
    return seats.offer_what_is_free()
