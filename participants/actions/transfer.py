"""A change of employer, within the enrolments of a person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from common.clock import local_date
from common.locking import lock
from messaging.actions import queue
from participants.actions.history import add_to_history, transaction_on_people
from participants.actions.seats import LockedSeats, lock_seats_of_each
from participants.choices import EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import changes as change_messages
from participants.models import Employment, Enrolment, Participant
from participants.rules.changes import Move, refusal_to_transfer
from participants.rules.enrolment import Period
from regions.models import Municipality


@dataclass(frozen=True)
class Workplace:
    """Where a person works from the local day `starts` on."""

    municipality: Municipality
    unit: str
    title: str
    starts: date


@transaction_on_people()
def transfer(
    *,
    participant: Participant,
    to: Workplace,
    by: User,
    now: datetime,
    beyond: bool = False,
    reason: str = "",
) -> Employment:
    """Let `participant` work at `to`, and let her enrolments that are under way follow her; return the employment.

    The employment before ends the day before. Each seat counts for the new municipality; `beyond` those that are left
    for it with a `reason`. The managers of both municipalities and she herself are told, neither employer who the other
    is. Enrolments that have ended stay with the employer of their time; so does her log-in with her.
    For coordinators of the region. Raises EnrolmentRefused.
    """
    region = participant.region_id
    if region not in by.coordinated_region_ids or to.municipality.region_id != region:
        raise EnrolmentRefused(
            _("Only the region's coordinator records a change of employer, among its own municipalities.")
        )
    under_way = Enrolment.objects.under_way(now=now).filter(participant=participant)
    seats = lock_seats_of_each([enrolment.cohort for enrolment in under_way.select_related("cohort")], now=now)
    enrolments = list(under_way.select_for_update(of=("self",)).select_related("manager").order_by("pk"))
    participant = lock(participant)  # who is being enrolled is stored by now, or waits and is refused
    others = under_way.exclude(pk__in=[one.pk for one in enrolments], cohort__in=seats)
    if participant.merged_into_id or others.exists():
        raise EnrolmentRefused(_("Someone else is changing the same person right now. Try again."))
    employment = _change_employment(participant, to, Move(to.starts, beyond, reason), by=by, now=now)
    for enrolment in enrolments:
        _move(enrolment, employment, seats[enrolment.cohort_id], by=by, beyond=beyond, reason=reason)
    queue([change_messages.to_who_changed_employer(employment, now=now)])
    for cohort_seats in seats.values():
        cohort_seats.offer_what_is_free()
    return employment


def _change_employment(participant: Participant, to: Workplace, move: Move, *, by: User, now: datetime) -> Employment:
    """End what lasts the day before, and register the new employment. Raises EnrolmentRefused."""
    employments = list(participant.employments.all())
    current = next((held for held in employments if held.ends is None or held.ends >= to.starts), None)
    refusal = refusal_to_transfer(
        move,
        periods=[Period(held.municipality_id, held.starts, held.ends) for held in employments],
        same_employer=current is not None and current.municipality_id == to.municipality.pk,
        today=local_date(now),
    )
    if refusal:
        raise EnrolmentRefused(refusal)
    scope = participant.region_id
    if current:
        before = {"ends": current.ends}
        current.ends = to.starts - timedelta(days=1)
        current.save(update_fields=["ends"])
        record("employment.ended", current, by=by, now=now, scope=scope, before=before, after={"ends": current.ends})
    employment = Employment.objects.create(
        participant=participant, municipality=to.municipality, unit=to.unit, title=to.title, starts=to.starts
    )
    after = {"municipality": to.municipality.pk, "starts": to.starts}
    record("employment.registered", employment, by=by, now=now, scope=scope, after=after)
    return employment


def _move(
    enrolment: Enrolment, employment: Employment, seats: LockedSeats, *, by: User, beyond: bool, reason: str
) -> None:
    """Let `enrolment` follow her: in its history for each employer, in the log once, told to the managers of both.

    Only the new employer reads the `reason`, which is about its seats.
    """
    now = seats.now
    before = {"municipality": enrolment.municipality_id, "employment": enrolment.employment_id}
    add_to_history(enrolment, EventKind.TRANSFERRED, by=by, now=now)
    queue(change_messages.to_former_managers(enrolment, now=now))
    seats.move(enrolment, employment.municipality, beyond=beyond)
    enrolment.employment, enrolment.manager = employment, None
    enrolment.save(update_fields=["municipality", "employment", "manager"])
    add_to_history(enrolment, EventKind.TRANSFERRED, by=by, now=now, reason=reason if beyond else "")
    queue(change_messages.to_new_managers(enrolment, now=now))
    record(
        "enrolment.transferred",
        enrolment,
        by=by,
        now=now,
        scope=seats.cohort.region.pk,
        before=before,
        after={"municipality": employment.municipality_id, "employment": employment.pk},
        reason=reason,
    )
