"""The ledger: which modules each person has earned, and what that means for her programme.

A module is earned by attending any session of it, in any cohort of the programme. Attendance belongs to the person
and follows her through every change of cohort or employer. Whoever reads the ledger sees what is hers to see: an
employer her own time with the person (participants.rules.periods), the portal everything.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from cohorts.choices import CohortStatus
from cohorts.models import Cohort, Module
from common.clock import at, local_date
from participants.models import Enrolment
from participants.periods import sights_of
from participants.rules.periods import WHOLE, Sight
from sessions.choices import EARNING, Mark, StepState
from sessions.models import Attendance, CohortSession
from sessions.rules.progress import Progress, measure


@dataclass(frozen=True)
class Step:
    """One module for one person. `session` is her own cohort's, `mark` hers at it; `earned_on` is a local day.

    Of what was earned with another employer a manager sees neither day nor mark.
    """

    module: Module
    session: CohortSession | None
    mark: Mark | None
    earned_on: date | None
    state: StepState

    @property
    def earned_elsewhere(self) -> bool:
        """Whether she made the module up in another cohort."""
        return self.earned_on is not None and self.mark not in EARNING


@dataclass(frozen=True)
class Standing:
    """Every module of a programme for one person, in order, and her progress."""

    steps: tuple[Step, ...]
    progress: Progress

    @property
    def is_over(self) -> bool:
        """Whether no session of her own cohort is still to be held, or to be marked."""
        return not any(step.state in (StepState.AHEAD, StepState.UNMARKED) for step in self.steps)


class Noted(NamedTuple):
    """A mark of hers that counts, with the identity of its module and the start of its session."""

    session: UUID
    mark: Mark
    module: UUID
    starts: datetime


@dataclass(frozen=True)
class Ledger:
    """The modules and sessions of some cohorts at a time: with her marks it says where anyone in them stands."""

    now: datetime
    reader: User | None
    modules: Mapping[tuple[UUID, int], Sequence[Module]]
    sessions: Mapping[UUID, Mapping[UUID, CohortSession]]
    coming: Mapping[UUID, Collection[UUID]]

    def standings(self, enrolments: Iterable[Enrolment]) -> dict[UUID, Standing]:
        """Return each enrolment's standing by its id, in two queries however many there are, one if nobody is marked.

        Every enrolment needs its `cohort` and the cohort's programme loaded; otherwise each costs a query more.
        """
        enrolments = list(enrolments)
        if not enrolments:
            return {}
        attendances = _attendances(enrolments)
        marked = {participant for participant, noted in attendances.items() if noted}
        sights = sights_of(marked, reader=self.reader) if self.reader and marked else {}
        return {
            enrolment.pk: _standing(
                enrolment, self, attendances[enrolment.participant_id], sights.get(enrolment.participant_id, WHOLE)
            )
            for enrolment in enrolments
        }


def ledger_of(cohorts: Iterable[Cohort], *, reader: User | None, now: datetime) -> Ledger:
    """Read what the ledger of `cohorts` stands on, in two queries however many there are.

    `reader` is who will see it; None if the portal decides by it.
    """
    pairs = {(cohort.pk, cohort.programme_id) for cohort in cohorts}
    keys, programmes = {cohort for cohort, _ in pairs}, {programme for _, programme in pairs}
    return Ledger(now, reader, _modules(programmes), *_sessions(keys, programmes, now=now))


def standings(enrolments: Iterable[Enrolment], *, reader: User | None, now: datetime) -> dict[UUID, Standing]:
    """Return each enrolment's standing by its id as `reader` sees it, in four queries however many there are.

    Every enrolment needs its `cohort` and the cohort's programme loaded; otherwise each costs a query more.
    """
    enrolments = list(enrolments)
    cohorts = (enrolment.cohort for enrolment in enrolments)
    return ledger_of(cohorts, reader=reader, now=now).standings(enrolments)


def _modules(programmes: set[UUID]) -> dict[tuple[UUID, int], list[Module]]:
    """The modules of each version of each programme."""
    found: dict[tuple[UUID, int], list[Module]] = defaultdict(list)
    for module in Module.objects.filter(programme__in=programmes).order_by("number"):
        found[module.programme_id, module.version].append(module)
    return found


def _sessions(
    cohorts: set[UUID], programmes: set[UUID], *, now: datetime
) -> tuple[dict[UUID, dict[UUID, CohortSession]], dict[UUID, set[UUID]]]:
    """Each cohort's session of each module, the latest one where a module has several.

    And, by the identity of the module, the published cohorts of the programmes that still have a session of it.
    """
    found: dict[UUID, dict[UUID, CohortSession]] = defaultdict(dict)
    coming: dict[UUID, set[UUID]] = defaultdict(set)
    still_ahead = Q(ends__gt=now, cohort__status=CohortStatus.PUBLISHED, module__programme__in=programmes)
    # Without module and cohort, which are known already: a region has hundreds of sessions.
    sessions: Any = CohortSession.objects.held_or_planned().annotate(
        identity=Coalesce("module__origin", "module"), cohort_status=F("cohort__status")
    )
    for session in sessions.filter(Q(cohort__in=cohorts) | still_ahead).select_related("venue").order_by("starts"):
        if session.cohort_id in cohorts:
            found[session.cohort_id][session.module_id] = session
        if session.ends > now and session.cohort_status == CohortStatus.PUBLISHED:
            coming[session.identity].add(session.cohort_id)
    return found, coming


def _attendances(enrolments: list[Enrolment]) -> dict[UUID, list[Noted]]:
    """The marks of each person, by the start of the session: as values, since a region has tens of thousands."""
    found: dict[UUID, list[Noted]] = defaultdict(list)
    attendances = Attendance.objects.valid().filter(
        participant__in={enrolment.participant_id for enrolment in enrolments},
        session__module__programme__in={enrolment.programme_id for enrolment in enrolments},
    )
    identity = Coalesce("session__module__origin", "session__module")
    values = attendances.order_by("session__starts").values_list(
        "participant", "session", "mark", identity, "session__starts"
    )
    for participant, session, mark, module, starts in values:
        found[participant].append(Noted(session, Mark(mark), module, starts))
    return found


def _standing(enrolment: Enrolment, ledger: Ledger, attendances: Sequence[Noted], sight: Sight) -> Standing:
    modules = ledger.modules[enrolment.programme_id, enrolment.cohort.programme_version]
    sessions = ledger.sessions[enrolment.cohort_id]
    known = [noted for noted in attendances if sight.knows_of(local_date(noted.starts))]
    marks = {noted.session: noted.mark for noted in known}
    earned: dict[UUID, date] = {}
    for noted in known:
        if noted.mark in EARNING:
            earned.setdefault(noted.module, local_date(noted.starts))
    now = min(ledger.now, at(sight.until + timedelta(days=1), time())) if sight.until else ledger.now
    steps = tuple(
        _seen(
            _step(module, sessions.get(module.pk), marks=marks, earned_on=earned.get(module.identity), now=now), sight
        )
        for module in modules
    )
    progress = measure(
        modules={module.number for module in modules},
        required=enrolment.cohort.required,
        earned={step.module.number for step in steps if step.state == StepState.EARNED},
        ahead={step.module.number for step in steps if step.state in (StepState.AHEAD, StepState.UNMARKED)},
        elsewhere={module.number for module in modules if set(ledger.coming[module.identity]) - {enrolment.cohort_id}},
    )
    return Standing(steps, progress)


def _step(
    module: Module, session: CohortSession | None, *, marks: Mapping[UUID, Mark], earned_on: date | None, now: datetime
) -> Step:
    mark = marks.get(session.pk) if session else None
    if earned_on:
        state = StepState.EARNED
    elif mark:
        state = StepState.MISSED
    elif session is None:
        state = StepState.UNPLANNED
    else:
        state = StepState.AHEAD if session.ends > now else StepState.UNMARKED
    return Step(module, session, mark, earned_on, state)


def _seen(step: Step, sight: Sight) -> Step:
    """`step` without what happened with another employer: what it has come to is all that counts."""
    if step.earned_on and not sight.sees(step.earned_on):
        step = replace(step, earned_on=None)
    if step.mark and step.session and not sight.sees(step.session.day):
        step = replace(step, mark=None)
    return step
