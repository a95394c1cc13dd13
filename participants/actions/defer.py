"""Deferring to a later cohort, at once or when one suits."""

from datetime import datetime

from accounts.models import User
from cohorts.models import Cohort
from messaging.actions import queue
from participants.actions.changing import lock_to_change
from participants.actions.history import transaction_on_people
from participants.actions.seats import LockedSeats
from participants.assessment import check_cohort
from participants.changing import coordinates, first_day, goes_on_elsewhere
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import changes as change_messages
from participants.models import Enrolment
from participants.references import new_reference
from participants.rules.changes import refusal_of_later_cohort, refusal_to_defer, refusal_to_place
from participants.rules.seats import place_in_turn


def defer(
    *,
    enrolment: Enrolment,
    by: User,
    now: datetime,
    to: Cohort | None = None,
    reason: str = "",
    beyond: bool = False,
) -> Enrolment:
    """Let the person leave the cohort of `enrolment`, and give her a place in the later cohort `to`, if one is chosen.

    She gets a seat there or waits for one; a coordinator can give one `beyond` those that are left, with a `reason`.
    What she has earned stays hers: attendance belongs to the person. The seat that she leaves is offered to the next.
    Returns the new enrolment, else the deferred one, which then waits to be placed. For coordinators of the region and
    managers of the municipality. Raises EnrolmentRefused.
    """
    with transaction_on_people():
        deferred, seats = lock_to_change(enrolment, by=by, now=now, also=[to] if to else [])
        if refusal := refusal_to_defer(deferred.status):
            raise EnrolmentRefused(refusal)
        left = seats[deferred.cohort_id]
        left.give_back(deferred, EnrolmentStatus.DEFERRED, kind=EventKind.DEFERRED, by=by, reason=reason)
        result = deferred
        if to:
            result = _continue(deferred, seats[to.pk], by=by, now=now, reason=reason, beyond=beyond)
        queue(change_messages.about_deferral(deferred, result, now=now))
        left.offer_what_is_free()
        return result


def place_deferred(
    *, enrolment: Enrolment, to: Cohort, by: User, now: datetime, reason: str = "", beyond: bool = False
) -> Enrolment:
    """Give someone whose `enrolment` is deferred a place in the cohort `to`, and return her enrolment there.

    See `defer`. Raises EnrolmentRefused.
    """
    with transaction_on_people():
        deferred, seats = lock_to_change(enrolment, by=by, now=now, also=[to])
        if refusal := refusal_to_place(deferred.status, goes_on=goes_on_elsewhere(deferred)):
            raise EnrolmentRefused(refusal)
        placed = _continue(deferred, seats[to.pk], by=by, now=now, reason=reason, beyond=beyond)
        queue(change_messages.about_deferral(deferred, placed, now=now))
        return placed


def _continue(
    deferred: Enrolment, seats: LockedSeats, *, by: User, now: datetime, reason: str, beyond: bool
) -> Enrolment:
    """Enrol the person of `deferred` in the locked cohort, by its seats, with what her employer once stated."""
    cohort = seats.cohort
    check_cohort(cohort, by=by, now=now)
    beyond = beyond and coordinates(by, deferred)
    refusal = refusal_of_later_cohort(
        here=cohort.pk == deferred.cohort_id,
        same_programme=cohort.programme_id == deferred.programme_id,
        starts=first_day(cohort, now=now),
        from_starts=first_day(deferred.cohort, now=now),
        beyond=beyond,
        reason=reason,
    )
    if refusal:
        raise EnrolmentRefused(refusal)
    enrolment = Enrolment.objects.filter(participant=deferred.participant_id, cohort=cohort).first() or Enrolment(
        participant_id=deferred.participant_id, cohort=cohort, programme=cohort.programme, reference=new_reference()
    )
    enrolment.cohort = cohort
    enrolment.employment, enrolment.municipality = deferred.employment, deferred.municipality
    enrolment.manager, enrolment.applied, enrolment.continues = deferred.manager, now, deferred
    enrolment.degree, enrolment.graduated = deferred.degree, deferred.graduated
    enrolment.prior_courses, enrolment.warnings = deferred.prior_courses, deferred.warnings
    [status] = place_in_turn(seats.seats, [deferred.municipality_id])
    kind = EventKind.CONTINUED
    if beyond or status == EnrolmentStatus.ENROLLED:
        seats.give(
            enrolment, EnrolmentStatus.ENROLLED, kind=kind, by=by, reason=reason if beyond else "", beyond=beyond
        )
    else:
        seats.give_back(enrolment, EnrolmentStatus.WAITING, kind=kind, by=by)
    return enrolment
