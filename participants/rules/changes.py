"""Which changes an enrolment allows: withdrawing, substituting, deferring, changing employer, undoing.

Days are local. Each rule returns None, or the reason why not, translated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from participants.choices import ACTIVE, LEFT, EnrolmentStatus, EventKind
from participants.rules.enrolment import Period

# For this long who has left a seat may have it again, unless someone else has it.
REGRETTED = timedelta(days=1)
# What can be regretted: not that someone else has taken over the seat.
UNDOABLE = (EventKind.WITHDRAWN, EventKind.WITHDRAWN_LATE, EventKind.DEFERRED)


class Change(Enum):
    """What can be done about an enrolment, the least far-reaching first."""

    UNDO_LEAVING = auto()
    PLACE = auto()
    SUBSTITUTE = auto()
    DEFER = auto()
    CHANGE_MANAGER = auto()
    TRANSFER = auto()
    WITHDRAW = auto()
    UNDO_REGISTRATION = auto()


def is_late(status: str, *, starts: date | None, today: date, days: int) -> bool:
    """Whether a withdrawal counts as late: of a seat, from `days` days before the cohort's first session on."""
    return status == EnrolmentStatus.ENROLLED and starts is not None and today >= starts - timedelta(days=days)


def refusal_to_withdraw(status: str, *, late: bool = False, reason: str = "") -> str | None:
    """Whether an enrolment of that status can be withdrawn: one that has ended can't, a late one takes a reason."""
    if status not in ACTIVE:
        return _("This enrolment is no longer active.")
    if late and not reason.strip():
        return _("State a reason: the withdrawal is late.")
    return None


def refusal_to_substitute(status: str, *, starts: date | None, today: date) -> str | None:
    """Whether someone else can take over the seat: one that somebody has, until the day of the first session."""
    if status != EnrolmentStatus.ENROLLED:
        return _("Only a seat can be taken over, and this person has none.")
    if starts is not None and today >= starts:
        return _("The first session was on %(day)s: it is too late for a substitute.") % {"day": date_format(starts)}
    return None


def refusal_to_defer(status: str) -> str | None:
    """Whether an enrolment can be deferred to a later cohort: only someone with a seat has one to leave."""
    if status != EnrolmentStatus.ENROLLED:
        return _("Only someone who has a seat can be deferred. Withdraw the enrolment, and enrol in another cohort.")
    return None


def refusal_to_place(status: str, *, goes_on: bool) -> str | None:
    """Whether someone can be placed in a cohort again; `goes_on`: she takes part, or has completed, elsewhere in it."""
    if status != EnrolmentStatus.DEFERRED:
        return _("This enrolment is not deferred.")
    if goes_on:
        return _("This person already has a place in the programme again.")
    return None


def refusal_of_later_cohort(
    *, here: bool, same_programme: bool, starts: date | None, from_starts: date | None, beyond: bool, reason: str
) -> str | None:
    """Whether a deferral can lead to a cohort that `starts` then, `from_starts` being when the left one did.

    `here`: it is the one that was left. Without planned sessions a cohort is later. A seat `beyond` those that are left
    takes a reason.
    """
    if not same_programme:
        return _("Choose a cohort of the same programme.")
    if here or (starts is not None and from_starts is not None and starts <= from_starts):
        return _("Choose a cohort that starts later.")
    if beyond and not reason.strip():
        return _("State a reason: the seat is more than there are.")
    return None


@dataclass(frozen=True)
class Move:
    """A change of employer: `starts` is the first day with the new one. `beyond` asks for more seats than there are."""

    starts: date
    beyond: bool = False
    reason: str = ""


def refusal_to_follow(*, under_way: bool) -> str | None:
    """Whether an enrolment follows the person to another employer: one that has ended belongs to its time."""
    return None if under_way else _("This enrolment has ended: it stays with the employer of its time.")


def refusal_to_transfer(move: Move, *, periods: Sequence[Period], same_employer: bool, today: date) -> str | None:
    """Whether a person with these employments can change employer so.

    On its first day at the earliest: until then the old employer's managers follow her, and plan with her.
    """
    if same_employer:
        return _("That is where the person works already.")
    if move.starts > today:
        return _("Record the change on the first day with the new employer, or later: it takes effect at once.")
    if any(period.starts >= move.starts for period in periods):
        latest = max(period.starts for period in periods)
        return _("The first day must be later than %(day)s, when the employment before it began.") % {
            "day": date_format(latest)
        }
    if move.beyond and not move.reason.strip():
        return _("State a reason: the seat is more than there are.")
    return None


@dataclass(frozen=True)
class Dependents:
    """What depends on an enrolment, and would be lost or left hanging if it were deleted."""

    attended: bool = False
    certified: bool = False
    continued: bool = False
    transferred: bool = False

    @property
    def reasons(self) -> list[str]:
        """Each in words."""
        found = {
            _("The person is marked on a register."): self.attended,
            _("A certificate has been issued."): self.certified,
            _("The seat or the place was taken over from another enrolment, or by one."): self.continued,
            _("The person has changed employer."): self.transferred,
        }
        return [reason for reason, applies in found.items() if applies]


def refusal_to_undo_registration(
    status: str, dependents: Dependents, *, coordinates: bool, registered: date, today: date
) -> str | None:
    """Whether a registration can be deleted as wrong: while it is active, if nothing depends on it.

    By its employer on the day itself, so that no late withdrawal is hidden by it; by a coordinator also later.
    """
    if status not in ACTIVE:
        return _("This enrolment is no longer active.")
    if dependents.reasons:
        return " ".join([*dependents.reasons, _("Withdraw the enrolment instead.")])
    if not coordinates and today > registered:
        return _("A wrong registration can be undone on the same day. Withdraw the enrolment, or ask the coordinator.")
    return None


def refusal_to_undo_leaving(
    status: str, *, left: datetime | None, now: datetime, goes_on: bool, seat: bool, moved: bool
) -> str | None:
    """Whether a withdrawal or deferral can be undone: shortly after, if nobody has got the seat.

    `goes_on`: she has a place in the programme again. `seat`: there is one for her, or she had none. `moved`: she has
    changed employer since.
    """
    if status not in LEFT or left is None:
        return _("There is nothing to undo.")
    if now - left > REGRETTED:
        return _("It can be undone within a day. Enrol the person again.")
    if goes_on:
        return _("This person already has a place in the programme again.")
    if moved:
        return _("The person has changed employer since.")
    if not seat:
        return _("Someone else has got the seat.")
    return None
