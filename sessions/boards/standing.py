"""How each session stands, as a cell says it: a tone, the icon that says the same, and a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from cohorts.choices import CohortStatus
from common.clock import STOCKHOLM
from sessions.boards.selection import EVERYTHING, Wanted
from sessions.clashes.calendar import ICONS, Calendar
from sessions.models import CohortSession, Lecturer
from sessions.rules.clashes import Kind
from sessions.rules.standing import Lack, Stage, lacks, stage_of

# What is wrong, the worst first.
BRIEFLY: Mapping[Kind | Lack, Promise] = {
    Kind.LECTURER: gettext_lazy("Lecturer double-booked"),
    Kind.AWAY: gettext_lazy("Lecturer away"),
    Kind.VENUE: gettext_lazy("Venue double-booked"),
    Kind.PARTICIPANT: gettext_lazy("Participants double-booked"),
    Kind.SEATS: gettext_lazy("Venue too small"),
    Lack.VENUE: gettext_lazy("Venue missing"),
    Lack.LECTURER: gettext_lazy("Lecturer missing"),
}
OUTCOMES = {
    Stage.CANCELLED: ("error", "ban", pgettext_lazy("session", "Cancelled")),
    Stage.UNATTENDED: ("neutral", "minus", gettext_lazy("Nobody enrolled")),
    Stage.UNMARKED: ("warning", "list-todo", gettext_lazy("Attendance missing")),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One session as a cell.

    `needs` somebody to act; `ahead` can still be changed on the board; `wanted` is false if it is there for context.
    """

    session: CohortSession
    tone: str
    icon: str
    text: str
    lecturers: Sequence[Lecturer] = ()
    needs: bool = False
    ahead: bool = False
    wanted: bool = True

    @property
    def day(self) -> str:
        """Write "14 apr" in the language in use: a cell has no room for more."""
        return _day(self.session.day, get_language())

    @property
    def hours(self) -> str:
        """Write "9.00–16.00" in the language in use."""
        return hours_of(self.session)


def slots_of(sessions: Iterable[Any], *, panorama: Calendar, now: datetime, wanted: Wanted = EVERYTHING) -> list[Slot]:
    """A cell for each of `sessions`, which are the panorama's."""
    clashes = panorama.clashes()
    slots = []
    for session in sessions:
        lecturers = panorama.lecturers_of(session)
        stage = stage_of(
            starts=session.starts,
            ends=session.ends,
            cancelled=session.is_cancelled,
            marked=session.marked,
            expected=panorama.people.expected[session.cohort_id],
            now=now,
        )
        wrong: list[Kind | Lack] = []
        ahead = stage in (Stage.TODAY, Stage.AHEAD)
        if ahead and session.cohort_status != CohortStatus.ARCHIVED:
            kinds = {clash.kind for clash in clashes.get(session.pk, ())}
            wrong += (kind for kind in Kind if kind in kinds)
            wrong += lacks(has_place=session.has_place, has_lecturer=bool(lecturers))
        tone, icon, text = _said_of(session, stage, wrong, expected=panorama.people.expected[session.cohort_id])
        needs = bool(wrong) or stage == Stage.UNMARKED
        slots.append(
            Slot(
                session,
                tone,
                icon,
                text,
                lecturers=lecturers,
                needs=needs,
                ahead=ahead,
                wanted=wanted.covers(session, lecturers, needs=needs),
            )
        )
    return slots


def hours_of(session: CohortSession) -> str:
    """Write "9.00–16.00" in the language in use."""
    starts, ends = (moment.astimezone(STOCKHOLM).time() for moment in (session.starts, session.ends))
    return _hours(starts, ends, get_language())


def _said_of(session: Any, stage: Stage, wrong: Sequence[Kind | Lack], *, expected: int) -> tuple[str, str, str]:
    """Tone, icon and words: what needs doing goes before what is merely planned."""
    if wrong:
        clashing = isinstance(wrong[0], Kind)
        icon = "octagon-alert" if clashing else ICONS[wrong[0]]
        return "error" if clashing else "warning", icon, _in_short(wrong)
    if stage == Stage.MARKED:
        came = {"came": session.came, "expected": max(expected, session.marked)}
        return "ok", "check", _("%(came)s of %(expected)s came") % came
    if stage == Stage.TODAY:
        return "waiting", "clock", _("Today")
    if stage == Stage.AHEAD:
        return "neutral", "", hours_of(session)
    tone, icon, text = OUTCOMES[stage]
    return tone, icon, str(text)


def _in_short(wrong: Sequence[Kind | Lack]) -> str:
    """The worst in words, the others as a number: all of them are on the session's page."""
    if list(wrong) == list(Lack):
        return _("Venue and lecturer missing")
    worst, more = str(BRIEFLY[wrong[0]]), len(wrong) - 1
    if not more:
        return worst
    counted = ngettext("%(worst)s and %(more)d more", "%(worst)s and %(more)d more", more)
    return counted % {"worst": worst, "more": more}


# A board of a hundred cohorts says the same few things hundreds of times.


@lru_cache(maxsize=1_000)
def _day(day: date, _language: str | None) -> str:
    return str(date_format(day, "DAY_MONTH_FORMAT"))


@lru_cache(maxsize=1_000)
def _hours(starts: time, ends: time, _language: str | None) -> str:
    return f"{time_format(starts)}–{time_format(ends)}"
