"""What a user can change about an enrolment now, as its page offers it. The actions decide again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.clock import local_date
from participants.actions.changing import coordinates, first_day, goes_on_elsewhere
from participants.actions.undo import refusal_to_undo
from participants.choices import ACTIVE, LEFT, EnrolmentStatus
from participants.models import Enrolment
from participants.rules.changes import refusal_to_defer, refusal_to_substitute
from participants.seating import seats_of


@dataclass(frozen=True)
class Change:
    """A page to go to, or with `at_once` something to do; `text` says what it is for."""

    url: str
    label: str
    text: str
    icon: str
    at_once: bool = False


def changes_of(enrolment: Enrolment, *, user: User, now: datetime) -> list[Change]:
    """What `user` can do, the least far-reaching first. Takes at most five queries."""
    return list(_changes(enrolment, user, now))


def _changes(enrolment: Enrolment, user: User, now: datetime) -> Iterator[Change]:
    status, today = enrolment.status, local_date(now)
    goes_on = status in LEFT and goes_on_elsewhere(enrolment)
    if status in LEFT and not goes_on and _can_be_undone(enrolment, now):
        yield _change(
            enrolment,
            "undo_leaving",
            _("Undo"),
            _("Within a day, as long as nobody else has the seat."),
            "undo-2",
            at_once=True,
        )
    if status == EnrolmentStatus.DEFERRED and not goes_on:
        yield _change(enrolment, "place", _("Place in a cohort"), _("What has been earned is kept."), "calendar-plus")
    starts = first_day(enrolment.cohort, now=now) if status == EnrolmentStatus.ENROLLED else None
    if refusal_to_substitute(status, starts=starts, today=today) is None:
        yield _change(
            enrolment,
            "substitute",
            _("Let a substitute take over"),
            _("Someone else from the same municipality, before the first session."),
            "arrow-right-left",
        )
    if refusal_to_defer(status) is None:
        yield _change(
            enrolment, "defer", _("Defer to a later cohort"), _("What has been earned is kept."), "calendar-clock"
        )
    if status in ACTIVE:
        yield _change(
            enrolment,
            "change_manager",
            _("Hand over to another manager"),
            _("Someone else in the municipality follows the person."),
            "users",
        )
    if coordinates(user, enrolment) and (status in ACTIVE or (status == EnrolmentStatus.DEFERRED and not goes_on)):
        yield _change(
            enrolment,
            "transfer",
            _("Record a change of employer"),
            _("The seat follows the person to another municipality."),
            "building-2",
        )
    if status in ACTIVE:
        yield _change(
            enrolment, "withdraw", _("Withdraw the enrolment"), _("A seat is offered to the next who waits."), "user-x"
        )
        if coordinates(user, enrolment) or local_date(enrolment.applied) == today:
            yield Change(
                reverse("sessions:undo_registration", args=[enrolment.pk]),
                _("Undo a wrong registration"),
                _("For someone who should not have been enrolled at all: the enrolment is deleted."),
                "trash-2",
            )


def _can_be_undone(enrolment: Enrolment, now: datetime) -> bool:
    seats = seats_of(enrolment.cohort, today=local_date(now))
    return refusal_to_undo(enrolment, seats, now=now) is None


def _change(enrolment: Enrolment, page: str, label: str, text: str, icon: str, *, at_once: bool = False) -> Change:
    return Change(reverse(f"participants:{page}", args=[enrolment.pk]), label, text, icon, at_once)
