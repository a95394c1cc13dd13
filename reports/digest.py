"""What a manager reads once a month about her people: how they stand, and what is coming. First names only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from accounts.models import User
from certificates.choices import LIVE, CertificateKind
from certificates.models import Certificate
from certificates.people.everyone import Line, everyone
from cohorts.models import Cohort
from common.clock import local_date
from participants.choices import TAKING_PART, EnrolmentStatus
from participants.models import Participant
from participants.rules.seats import last_minute
from regions.models import Region
from sessions.choices import ProgressState, StepState
from sessions.models import CohortSession

AHEAD = timedelta(days=35)  # until the next digest, whatever day it comes


class Answer(NamedTuple):
    """An offer of a seat that somebody has to answer by then."""

    first_name: str
    by: datetime


class Absence(NamedTuple):
    """A session that somebody missed, whose module she hasn't made up."""

    first_name: str
    session: CohortSession
    module: str


class Coming(NamedTuple):
    """A session ahead, and how many of the manager's people take part."""

    session: CohortSession
    people: int


@dataclass(frozen=True)
class Digest:
    """How the people of one manager in one region stand. Names are first names, in order of the alphabet."""

    answers: Sequence[Answer]
    on_track: int
    at_risk: Sequence[str]
    too_late: Sequence[str]
    absences: Sequence[Absence]
    certificates: Sequence[str]
    coming: Sequence[Coming]
    closing: Sequence[Cohort]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read about anybody; what can be applied for is no reason to write."""
        people = (self.answers, self.at_risk, self.too_late, self.absences, self.certificates, self.coming)
        return not self.on_track and not any(people)


def digest_of(user: User, region: Region, *, since: datetime, now: datetime) -> Digest:
    """What `user` follows as a manager in `region`, with what has happened `since`, in ten queries."""
    found = everyone(user, now=now)
    managed = {str(pk) for pk in user.managed_municipality_ids}
    lines = [
        line
        for line in found.lines
        if found.cohorts[line.cohort].region == region and managed.intersection(line.found_by["municipality"])
    ]
    names = _first_names(lines)
    return Digest(
        answers=sorted(
            (Answer(names[line.participant], last_minute(line.expires)) for line in lines if line.expires),
            key=lambda answer: answer.by,
        ),
        on_track=len(_who(lines, names, ProgressState.ON_TRACK)),
        at_risk=_who(lines, names, ProgressState.AT_RISK),
        too_late=_who(lines, names, ProgressState.CANNOT_COMPLETE),
        absences=_absences(lines, names, since=since),
        certificates=_certified(lines, names, since=since, now=now),
        coming=_coming(lines, now=now),
        closing=_closing(user, region, now=now),
    )


def _first_names(lines: Collection[Line]) -> Mapping[UUID, str]:
    people = Participant.objects.filter(pk__in={line.participant for line in lines})
    return dict(people.values_list("pk", "first_name"))


def _who(lines: Collection[Line], names: Mapping[UUID, str], state: ProgressState) -> list[str]:
    """Those who take part and stand like that."""
    return sorted(
        names[line.participant]
        for line in lines
        if line.status == EnrolmentStatus.ENROLLED and line.standing and line.standing.progress.state == state
    )


def _absences(lines: Collection[Line], names: Mapping[UUID, str], *, since: datetime) -> list[Absence]:
    found = [
        Absence(names[line.participant], step.session, step.module.title)
        for line in lines
        if line.standing
        for step in line.standing.steps
        if step.state == StepState.MISSED and step.mark and step.session and step.session.ends > since
    ]
    return sorted(found, key=lambda absence: (absence.session.starts, absence.first_name))


def _certified(lines: Collection[Line], names: Mapping[UUID, str], *, since: datetime, now: datetime) -> list[str]:
    issued = Certificate.objects.filter(
        enrolment__in=[line.pk for line in lines],
        kind=CertificateKind.CERTIFICATE,
        status__in=LIVE,
        issued__gt=since,
        issued__lte=now,
    )
    people = {line.pk: line.participant for line in lines}
    return sorted(names[people[enrolment]] for enrolment in issued.values_list("enrolment", flat=True))


def _coming(lines: Collection[Line], *, now: datetime) -> list[Coming]:
    people = Counter(line.cohort for line in lines if line.status in TAKING_PART)
    sessions = CohortSession.objects.upcoming(now=now).filter(cohort__in=people, starts__lt=now + AHEAD)
    found = sessions.select_related("cohort", "module", "venue").order_by("starts", "pk")
    return [Coming(session, people[session.cohort_id]) for session in found]


def _closing(user: User, region: Region, *, now: datetime) -> list[Cohort]:
    """Cohorts for which she can apply, and can't any more when the next digest comes."""
    today = local_date(now)
    open_now = Cohort.objects.visible_to(user).filter(programme__region=region).open_for_application(today=today)
    return list(open_now.filter(applications_close__lt=today + AHEAD).order_by("applications_close", "name"))
