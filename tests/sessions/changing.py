"""A published cohort whose people have been told its dates, and changes of its sessions."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from cohorts.models import Cohort
from messaging.choices import State
from messaging.models import Message
from participants.models import Enrolment
from regions.models import Municipality
from sessions.actions import SessionChange, change_session
from sessions.models import CohortSession, Lecturer
from tests.factories import (
    NOW,
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    MaterialFactory,
    MunicipalityFactory,
    TeachingRequestFactory,
    UnavailabilityFactory,
    VenueFactory,
    coordinator,
    manager,
)

CHANGED = "session.changed"


@dataclass
class World:
    """Three participants and a manager of one municipality, a lecturer, and two sessions ahead of `today`."""

    today: date = TODAY
    cohort: Cohort = field(init=False)
    municipality: Municipality = field(init=False)
    siv: User = field(init=False)
    boss: User = field(init=False)
    lena: Lecturer = field(init=False)
    people: list[Enrolment] = field(init=False)
    sessions: list[CohortSession] = field(init=False)

    def __post_init__(self) -> None:
        published = NOW - timedelta(days=30)
        self.cohort = CohortFactory(programme__modules=3, published=published)
        region = self.cohort.region
        self.siv = coordinator(region)
        self.municipality = MunicipalityFactory(region=region)
        self.boss = manager(self.municipality)
        self.lena = LecturerFactory(region=region)
        self.people = EnrolmentFactory.create_batch(3, cohort=self.cohort, municipality=self.municipality)
        self.sessions = [
            CohortSessionFactory(cohort=self.cohort, module=module, day=self.today + timedelta(weeks=weeks))
            for module, weeks in zip(self.cohort.modules, (5, 9), strict=False)
        ]
        for session in self.sessions:
            session.lecturers.add(self.lena)

    @property
    def session(self) -> CohortSession:
        """The first session, as it is stored."""
        return CohortSession.objects.with_details().get(pk=self.sessions[0].pk)

    @property
    def everyone(self) -> set[str]:
        """The addresses of all who know when the sessions are."""
        return {*(person.participant.email for person in self.people), self.boss.email, self.lena.email}

    def move(self, *, days: int = 7, now: datetime = NOW, sentence: str = "", **fields: object) -> CohortSession:
        """Move the first session; `fields` change more about it."""
        session = self.session
        change = change_of(session, **moved(session, days=days), **fields)
        return change_session(
            session=session, version=session.version, change=change, by=self.siv, now=now, sentence=sentence
        )

    def crowd(self) -> None:
        """Let everything that can happen to the first session happen, today's and tomorrow's, once more each time.

        Another cohort meets in the same room, too small by now, with the lecturer, who is away, and somebody of both;
        more people come from one more municipality; there is more material, and one more lecturer has been asked.
        """
        session, region = self.session, self.cohort.region
        room = VenueFactory(region=region, seats=1)
        CohortSession.objects.filter(cohort=self.cohort).update(venue=room)
        other = CohortFactory(programme__region=region, published=NOW - timedelta(days=30))
        for days in range(3):
            day = session.day + timedelta(days=days)
            CohortSessionFactory(cohort=other, day=day, venue=room).lecturers.add(self.lena)
        away = session.day - timedelta(days=len(self.people))
        UnavailabilityFactory(lecturer=self.lena, first=away, last=session.day + timedelta(days=2))
        person = self.people[0]
        EnrolmentFactory(
            cohort=other,
            participant=person.participant,
            employment=person.employment,
            municipality=person.municipality,
        )
        newcomers = EnrolmentFactory.create_batch(
            3, cohort=self.cohort, municipality=MunicipalityFactory(region=region)
        )
        manager(newcomers[0].municipality)
        self.people += newcomers
        MaterialFactory(session=session)
        MaterialFactory(session=None, module=session.module)
        TeachingRequestFactory(session=session)


def change_of(session: CohortSession, **fields: object) -> SessionChange:
    """The session as it is, but for `fields`."""
    current = {
        "starts": session.starts,
        "ends": session.ends,
        "venue": session.venue,
        "online_url": session.online_url,
        "lecturers": list(session.lecturers.all()),
    }
    return SessionChange(**(current | fields))  # type: ignore[arg-type]


def moved(session: CohortSession, *, days: int = 7) -> dict[str, object]:
    """The same hours by the wall clock, some days later."""
    times = (timezone.localtime(moment) for moment in (session.starts, session.ends))
    starts, ends = (moment + timedelta(days=days) for moment in times)
    return {"starts": starts, "ends": ends}


def waiting() -> Counter[str]:
    """How many messages about changes wait for each address."""
    return Counter(Message.objects.filter(kind=CHANGED, state=State.QUEUED).values_list("recipient", flat=True))


def send_all() -> None:
    """Everything that waits has been sent."""
    Message.objects.filter(state=State.QUEUED).update(state=State.SENT, handed_over=NOW, finished=NOW)
