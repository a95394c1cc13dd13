"""Approving and rejecting applications, several at a time, and taking a rejected one up again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.models import Cohort
from common.clock import local_date
from messaging.actions import queue
from participants.actions.history import transaction_on_people
from participants.actions.people import lock_people
from participants.actions.seats import LockedSeats, lock_seats
from participants.approving import outlook_of
from participants.assessment import opening_of
from participants.changing import has_changed_employer
from participants.choices import EnrolmentStatus, EventKind
from participants.exceptions import EnrolmentRefused
from participants.messages import enrolments as messages
from participants.models import Enrolment
from participants.rules import enrolment as people
from participants.rules.approval import Grounds, refusal_of_grounds, refusal_to_decide, refusal_to_reopen


@dataclass
class Decided:
    """What a decision led to: enrolments as they are now, and those about whom nothing could be decided, with why."""

    enrolments: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[Enrolment, str]] = field(default_factory=list)

    def name_the_gone(self, chosen: Sequence[Enrolment]) -> None:
        """Say of those among `chosen` who were found nowhere that their enrolments have been deleted."""
        found = {one.pk for one in self.enrolments} | {one.pk for one, _reason in self.refused}
        self.refused += [(one, _("It has been deleted meanwhile.")) for one in chosen if one.pk not in found]

    def number_of(self, status: EnrolmentStatus) -> int:
        """How many have become that."""
        return sum(enrolment.status == status for enrolment in self.enrolments)


@transaction_on_people()
def approve(*, enrolments: Sequence[Enrolment], grounds: Grounds, by: User, now: datetime) -> Decided:
    """Give those who applied a seat, or a place on the waiting list, in the order of the region; tell their managers.

    Who can't be approved any more is left as she is and named in the result. For coordinators of the region. Locks the
    cohorts in the order of their ids. Raises EnrolmentRefused if nothing is stated as `grounds`, or it isn't hers.
    """
    _require(grounds)
    decided = Decided()
    for seats, applied in _locked(enrolments, by=by, now=now):
        has_ended = opening_of(seats.cohort, now=now).has_ended
        outlook = outlook_of(seats.cohort, seats.seats, applied, has_ended=has_ended)
        for enrolment in outlook.seated:
            kind, reason = EventKind.APPROVED, grounds.in_words
            seats.give(enrolment, EnrolmentStatus.ENROLLED, kind=kind, by=by, reason=reason)
        for enrolment in outlook.waiting:
            seats.give_back(enrolment, EnrolmentStatus.WAITING, kind=EventKind.APPROVED, by=by, reason=grounds.in_words)
        approved = [*outlook.seated, *outlook.waiting]
        _finish("cohort.applications_approved", seats, approved, grounds, by=by)
        decided.enrolments += approved
        decided.refused += outlook.refused
    decided.name_the_gone(enrolments)
    return decided


@transaction_on_people()
def reject(*, enrolments: Sequence[Enrolment], reason: str, grounds: Grounds, by: User, now: datetime) -> Decided:
    """End applications; each manager is told, and reads the `reason` in the portal. The log keeps the `grounds`.

    Otherwise as `approve`. Raises EnrolmentRefused also if no reason is stated.
    """
    _require(grounds)
    if not reason.strip():
        raise EnrolmentRefused(_("State a reason: the manager is told."))
    decided = Decided()
    for seats, applied in _locked(enrolments, by=by, now=now):
        refusals = {one.pk: refusal_to_decide(one.status) for one in applied}
        rejected = [one for one in applied if refusals[one.pk] is None]
        for enrolment in rejected:
            seats.give_back(enrolment, EnrolmentStatus.REJECTED, kind=EventKind.REJECTED, by=by, reason=reason)
        _finish("cohort.applications_rejected", seats, rejected, grounds, by=by, reason=reason)
        decided.enrolments += rejected
        decided.refused += [(one, refusal) for one in applied if (refusal := refusals[one.pk])]
    decided.name_the_gone(enrolments)
    return decided


def reopen(*, enrolment: Enrolment, by: User, now: datetime) -> Enrolment:
    """Let a rejected application wait for approval again, at the time when it was sent in; tell the manager.

    For coordinators of the region. Raises EnrolmentRefused if it isn't rejected, if the cohort has been held, or if
    she is in another cohort of the programme by now.
    """
    with transaction_on_people():
        [(seats, found)] = _locked([enrolment], by=by, now=now)
        if not found:
            raise EnrolmentRefused(_("It has been deleted meanwhile."))
        [enrolment] = found
        lock_people([enrolment.participant_id])
        if refusal := people.refusal_of_cohort(
            opening_of(seats.cohort, now=now), today=local_date(now), may_be_late=True
        ) or refusal_to_reopen(enrolment.status, _others(enrolment), moved=has_changed_employer(enrolment, now=now)):
            raise EnrolmentRefused(refusal)
        seats.give_back(enrolment, EnrolmentStatus.APPLIED, kind=EventKind.REOPENED, by=by)
        queue(messages.about_status(enrolment, now=now))
        return enrolment


def _require(grounds: Grounds) -> None:
    if refusal := refusal_of_grounds(grounds):
        raise EnrolmentRefused(refusal)


def _locked(
    enrolments: Sequence[Enrolment], *, by: User, now: datetime
) -> Iterator[tuple[LockedSeats, list[Enrolment]]]:
    """Each cohort, locked, with its enrolments among `enrolments`, read afresh, in the order of their application."""
    cohorts = Cohort.objects.filter(pk__in={one.cohort_id for one in enrolments}).select_related("programme__region")
    for cohort in cohorts.order_by("pk"):
        if cohort.region.pk not in by.coordinated_region_ids:
            raise EnrolmentRefused(_("Only the region's coordinator decides on applications."))
        seats = lock_seats(cohort, now=now)
        chosen = Enrolment.objects.filter(cohort=cohort, pk__in=[one.pk for one in enrolments])
        yield seats, list(chosen.select_for_update(of=("self",)).with_people().order_by("applied", "pk"))


def _others(enrolment: Enrolment) -> people.Known:
    """What else she has in the programme."""
    others = Enrolment.objects.filter(programme=enrolment.programme_id, participant=enrolment.participant_id)
    statuses = others.exclude(pk=enrolment.pk).values_list("status", flat=True)
    return people.Known(standings=tuple(people.Standing(status) for status in statuses))


def _finish(
    action: str, seats: LockedSeats, decided: Sequence[Enrolment], grounds: Grounds, *, by: User, reason: str = ""
) -> None:
    """Log what was gone by, and tell the managers."""
    if not decided:
        return
    record(
        action,
        seats.cohort,
        by=by,
        now=seats.now,
        scope=seats.cohort.region.pk,
        after={
            "criteria": list(grounds.criteria),
            "words": grounds.words,
            "enrolments": {one.reference: one.status for one in decided},
        },
        reason=reason,
    )
    for enrolment in decided:
        queue(messages.about_status(enrolment, now=seats.now))
