"""Who may be enrolled, withdrawn and given a seat. Each rule returns None, or the reason why not, translated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.choices import CohortStatus
from participants.choices import ACTIVE, EnrolmentStatus
from participants.rules.names import words

# Two names this much alike (1 is the same) are one name with a slip of the finger.
ALIKE = 0.75


@dataclass(frozen=True)
class Opening:
    """When a cohort takes applications. Days are local and included; `starts` is its first session, if planned.

    `has_ended`: all its sessions have been held.
    """

    status: str
    opens: date
    closes: date
    starts: date | None = None
    has_ended: bool = False


@dataclass(frozen=True)
class Period:
    """An employment. Both days are included; `ends` is None while it lasts."""

    municipality: UUID
    starts: date
    ends: date | None = None


@dataclass(frozen=True)
class Standing:
    """An enrolment that a person has, or had, in the programme; `here` if it is in the cohort in question."""

    status: str
    here: bool = False


@dataclass(frozen=True)
class Known:
    """What the region knows about an e-mail address. All empty: the person is new."""

    names: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    standings: tuple[Standing, ...] = ()

    def employed_since(self, stated: date) -> date:
        """Since when she has the employment that lasts on the `stated` day: what is registered counts."""
        lasting = (period for period in self.periods if period.ends is None or period.ends >= stated)
        return min((stated, *(period.starts for period in lasting)))

    @property
    def is_in_cohort(self) -> bool:
        """Whether she already has, or waits for, a seat in the cohort, or has completed it."""
        return any(
            standing.here and standing.status in (*ACTIVE, EnrolmentStatus.COMPLETED) for standing in self.standings
        )


def refusal_of_cohort(opening: Opening, *, today: date, may_be_late: bool) -> str | None:
    """Whether the cohort takes applications on `today`; a coordinator may be early, or late while it lasts."""
    if opening.status != CohortStatus.PUBLISHED:
        return _("This cohort is not open for application.")
    if opening.has_ended:
        return _("The last session of this cohort has been held.")
    if may_be_late:
        return None
    if today < opening.opens:
        return _("Applications open on %(day)s.") % {"day": date_format(opening.opens)}
    if today > opening.closes:
        return _("Applications closed on %(day)s. Ask the coordinator if there is still a seat.") % {
            "day": date_format(opening.closes)
        }
    return None


def refusal_of_person(
    known: Known, *, name: str, municipality: UUID, employed_from: date, starts: date | None
) -> str | None:
    """Whether an employer in `municipality` may enrol a person of this name, given what is known about her address."""
    return _refusal_of_name(known.names, name) or _refusal_of_employment(
        known.periods, municipality, employed_from, starts
    )


def _refusal_of_name(names: Sequence[str], name: str) -> str | None:
    if any(differ_clearly(known, name) for known in names):
        # The other name is not told: it may be someone in another municipality.
        return _(
            "The e-mail address already belongs to a person with another name. Check the address. "
            "If it is right, ask the coordinator."
        )
    return None


def _refusal_of_employment(
    periods: Sequence[Period], municipality: UUID, employed_from: date, starts: date | None
) -> str | None:
    overlapping = [period for period in periods if period.ends is None or period.ends >= employed_from]
    if any(period.municipality != municipality for period in overlapping):
        # Which municipality is not told: a manager never sees another's people.
        return _("A person with this e-mail address is employed by another municipality. Ask the coordinator.")
    ends = [period.ends for period in overlapping if period.ends]
    if ends and starts and max(ends) < starts and all(period.ends for period in overlapping):
        return _("The employment ends on %(day)s, before the first session.") % {"day": date_format(max(ends))}
    return None


def refusal_of_standing(known: Known) -> str | None:
    """Whether her other enrolments in the programme leave room for one in the cohort: one at a time, and once."""
    for standing in known.standings:
        if standing.status == EnrolmentStatus.COMPLETED:
            return _("This person has already completed the programme.")
        if standing.status in ACTIVE:
            if standing.here:
                return _("This person is already enrolled in this cohort.")
            return _("This person is already enrolled in another cohort of the programme.")
    return None


def differ_clearly(one: str, other: str) -> bool:
    """Whether two names can hardly be the same person's: no part in common, and not a slip of the finger.

    A new surname, a second first name, capitals and accents are no difference.
    """
    first, second = words(one), words(other)
    if set(first) & set(second):
        return False
    return SequenceMatcher(None, " ".join(first), " ".join(second)).ratio() < ALIKE


def refusal_to_give_seat(status: str, *, beyond: bool, reason: str) -> str | None:
    """Whether a coordinator can give someone a seat out of turn; `beyond` what is left only with a reason."""
    if status != EnrolmentStatus.WAITING:
        return _("This person is not on the waiting list.")
    if beyond and not reason.strip():
        return _("State a reason: the seat is more than there are.")
    return None


def refusal_to_state_needs(status: str, *, is_her_own: bool) -> str | None:
    """Whether somebody can state what she needs in an enrolment of that status."""
    if not is_her_own:
        return _("Only participants themselves can change what they need.")
    return None if status in ACTIVE else _("This enrolment is no longer active.")
