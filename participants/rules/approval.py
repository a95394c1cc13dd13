"""Applications that a coordinator approves or rejects: whether she may, on what grounds, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from participants.choices import Criterion, EnrolmentStatus
from participants.rules.enrolment import Known, refusal_of_standing
from participants.rules.seats import Seats, Waiting, in_turn, place_in_turn


@dataclass(frozen=True)
class Grounds:
    """What a decision goes by: one or more criteria, and what the coordinator adds in words."""

    criteria: tuple[Criterion, ...]
    words: str = ""

    @property
    def in_words(self) -> str:
        """For the history: "The municipality's seats, time of application: the words"."""
        named = [str(Criterion(one).label) for one in self.criteria if one != Criterion.OTHER]
        criteria = capfirst(", ".join(name[:1].lower() + name[1:] for name in named))
        return ": ".join(part for part in (criteria, self.words) if part)


def refusal_of_grounds(grounds: Grounds) -> str | None:
    """Whether they can be told to whoever asks why: something is stated, and what isn't fixed is said in words."""
    if not grounds.criteria:
        return _("Choose what you go by.")
    if Criterion.OTHER in grounds.criteria and not grounds.words.strip():
        return _("Say in words what you go by.")
    return None


def refusal_to_decide(status: str) -> str | None:
    """Whether an application can still be approved or rejected."""
    if status == EnrolmentStatus.APPLIED:
        return None
    return _("No longer waits for approval: %(status)s.") % {"status": EnrolmentStatus(status).label.lower()}


def refusal_to_approve(status: str, *, has_ended: bool) -> str | None:
    """The same about giving a seat, in a cohort whose last session may have been held."""
    if refusal := refusal_to_decide(status):
        return refusal
    return _("The last session of this cohort has been held.") if has_ended else None


def refusal_to_reopen(status: str, others: Known, *, moved: bool) -> str | None:
    """Whether a rejected application can wait for approval again; `others` is what she has in the programme beside it.

    Nothing may depend on its rejection: she is in no other cohort since, nor has she `moved` to another employer.
    """
    if status != EnrolmentStatus.REJECTED:
        return _("This application is not rejected.")
    if moved:
        return _("The person has changed employer since.")
    return refusal_of_standing(others)


def placed(seats: Seats, applicants: Sequence[Waiting], *, order: str) -> dict[UUID | None, EnrolmentStatus]:
    """What becomes of `applicants`, given by the time of their application, if they are approved together.

    They are served in the region's `order`, after those who wait already: nobody overtakes someone whose application
    was decided before.
    """
    turn = in_turn(applicants, order=order, allocated=seats.allocated, taken=seats.taken)
    statuses = place_in_turn(seats, [one.municipality for one in turn])
    return {one.enrolment: status for one, status in zip(turn, statuses, strict=True)}
