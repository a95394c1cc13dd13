"""How an enrolment stands when somebody wants to change it, and what she can do about it. Reads only.

An answer is binding only while the enrolment's cohort is locked: its page asks here, and the actions ask again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from participants.assessment import opening_of
from participants.choices import LEFT, SEATED, EnrolmentStatus
from participants.models import Enrolment, EnrolmentEvent
from participants.offering import new_offer_expires
from participants.rules import changes as rules
from participants.rules.changes import Change
from participants.rules.handover import ANSWERED_FOR
from participants.seating import seats_of


def possible_changes(enrolment: Enrolment, *, user: User, now: datetime) -> list[Change]:
    """What `user`, who sees `enrolment`, can do about it, the least far-reaching first."""
    status, today = enrolment.status, local_date(now)
    by_coordinator, under_way = coordinates(user, enrolment), is_under_way(enrolment, now=now)
    # Only who is enrolled can be substituted, and it is asked of nothing else.
    starts = first_day(enrolment.cohort, now=now) if status == EnrolmentStatus.ENROLLED else None
    # The page on which a registration is undone looks at the rest that may depend on it.
    depends = rules.Dependents(continued=enrolment.continues_id is not None)
    registered = registered_on(enrolment)
    possible = {
        Change.UNDO_LEAVING: status in LEFT and not refusal_to_undo(enrolment, now=now),
        Change.PLACE: not rules.refusal_to_place(status, goes_on=not under_way),
        Change.SUBSTITUTE: not rules.refusal_to_substitute(status, starts=starts, today=today),
        Change.DEFER: not rules.refusal_to_defer(status),
        Change.CHANGE_MANAGER: status in ANSWERED_FOR,
        Change.TRANSFER: by_coordinator and not rules.refusal_to_follow(under_way=under_way),
        Change.WITHDRAW: not rules.refusal_to_withdraw(status),
        Change.UNDO_REGISTRATION: not rules.refusal_to_undo_registration(
            status, depends, coordinates=by_coordinator, registered=registered, today=today
        ),
    }
    return [change for change in Change if possible[change]]


def coordinates(user: User, enrolment: Enrolment) -> bool:
    """Whether `user` is a coordinator of the region that the enrolment is in."""
    return enrolment.cohort.region.pk in user.coordinated_region_ids


def first_day(cohort: Cohort, *, now: datetime) -> date | None:
    """The local day of its first session, if one is planned."""
    return opening_of(cohort, now=now).starts


def registered_on(enrolment: Enrolment) -> date:
    """The local day on which it first was: who applies again after a withdrawal has a history, which stays."""
    first: datetime | None = enrolment.events.aggregate(first=Min("at"))["first"]
    return local_date(first or enrolment.applied)


def is_under_way(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether it would follow the person to another employer: a deferred one until she goes on elsewhere."""
    return Enrolment.objects.under_way(now=now).filter(pk=enrolment.pk).exists()


def has_changed_employer(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether the employment of an `enrolment` that has ended is over. Binding only while its person is locked."""
    ends = enrolment.employment.ends
    return ends is not None and ends < local_date(now)


def goes_on_elsewhere(enrolment: Enrolment) -> bool:
    """Whether the person takes part in, waits for or has completed the programme by another enrolment."""
    others = Enrolment.objects.going_on().exclude(pk=enrolment.pk)
    return others.filter(participant=enrolment.participant_id, programme=enrolment.programme_id).exists()


# --- Leaving, and undoing that ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaving:
    """What follows if an enrolment is withdrawn now.

    `late`: it takes a reason. `offered`: someone who waits is offered the seat at once. `undoable`: it can be undone
    shortly after, unless somebody takes the seat meanwhile.
    """

    late: bool
    offered: bool
    undoable: bool


def leaving(enrolment: Enrolment, *, now: datetime) -> Leaving:
    """What follows if `enrolment`, which is active, is withdrawn at `now`."""
    late, stays = withdrawal_is_late(enrolment, now=now), not has_changed_employer(enrolment, now=now)
    if enrolment.status not in SEATED:
        return Leaving(late, offered=False, undoable=stays)
    seats = seats_of(enrolment.cohort, today=local_date(now)).with_one_less(enrolment.municipality_id)
    offered = new_offer_expires(enrolment.cohort, now=now) is not None and bool(seats.next_in_turn())
    left = seats.after_the_waiting_list() if offered else seats
    # Who had only an offer comes back to the waiting list.
    has_place = enrolment.status == EnrolmentStatus.OFFERED or left.available_to(enrolment.municipality_id) > 0
    return Leaving(late, offered, undoable=stays and has_place)


def withdrawal_is_late(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether withdrawing `enrolment` at `now` counts as late, by the region's rule."""
    days = enrolment.cohort.region.late_withdrawal_days
    starts = first_day(enrolment.cohort, now=now)
    return rules.is_late(enrolment.status, starts=starts, today=local_date(now), days=days)


def refusal_to_undo(enrolment: Enrolment, *, now: datetime) -> str | None:
    """Why a withdrawal or deferral can't be undone, or None."""
    steps = _last_steps(enrolment)
    seats = seats_of(enrolment.cohort, today=local_date(now))
    return rules.refusal_to_undo_leaving(
        enrolment.status,
        left=steps[0].at if steps and steps[0].kind in rules.UNDOABLE else None,
        now=now,
        goes_on=goes_on_elsewhere(enrolment),
        moved=has_changed_employer(enrolment, now=now),
        seat=_before(steps) not in SEATED or seats.available_to(enrolment.municipality_id) > 0,
    )


def status_before(enrolment: Enrolment) -> EnrolmentStatus:
    """As what an enrolment that was left is taken up again: what it was before, but an offer was taken back."""
    return _before(_last_steps(enrolment))


def _last_steps(enrolment: Enrolment) -> list[EnrolmentEvent]:
    """The last two steps that changed its status, the last first."""
    return list(enrolment.events.exclude(status="").order_by("-at", "-created")[:2])


def _before(steps: list[EnrolmentEvent]) -> EnrolmentStatus:
    before = EnrolmentStatus(steps[1].status) if len(steps) > 1 else EnrolmentStatus.WAITING
    return EnrolmentStatus.WAITING if before == EnrolmentStatus.OFFERED else before
