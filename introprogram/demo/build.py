"""Builds the demo region through the same actions that people use, as if they had done it on the days before."""

import random
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from accounts.actions import ask_for_code, grant_role
from accounts.choices import Role
from accounts.demo import (
    ADMINISTRATOR,
    CERTIFIED,
    COORDINATOR,
    LECTURER,
    MANAGER,
    PARTICIPANT,
    PASSWORD,
)
from accounts.models import User
from cohorts.actions import load_programmes
from cohorts.models import Cohort, Programme
from common.clock import at, local_date
from introprogram.demo import (
    applications,
    attendance,
    calendar,
    certificates,
    data,
    managers,
    registers,
    versions,
    writing,
)
from introprogram.demo.changes import move_the_last_session
from introprogram.demo.duplicates import register_once_more
from introprogram.demo.enrolling import begin_an_enrolment, state_what_is_needed
from introprogram.demo.materials import hand_out
from introprogram.demo.moves import defer_and_move_one, replace_one
from introprogram.demo.names import Name, names_in_order, user_named
from introprogram.demo.offers import leave_two_seats
from introprogram.demo.planning import draft_beside
from introprogram.demo.plans import plan_messages
from introprogram.demo.post import lose_two, welcome_those_of_before
from participants.actions import enrol
from participants.details import PersonDetails
from participants.models import Enrolment
from regions.actions import assign_municipalities, create_region, load_municipalities
from regions.models import Municipality, Region
from sessions.actions import CohortDetails, PlannedSession, plan_cohort, publish_cohort
from sessions.actions.registers import save_lecturer, save_venue
from sessions.models import CohortSession, Lecturer, Unavailability, Venue
from sessions.rules.planning import Proposal, suggested_name

SKANE = "12"
HOME = "Lund"


@transaction.atomic
def build(*, seed: int, now: datetime) -> Region:
    """Fill an empty database with the demo region; the same people and dates for the same `seed` and day."""
    return _Builder(seed=seed, now=now).build()


class _Builder:
    def __init__(self, *, seed: int, now: datetime) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- made-up people, not secrets
        self.now = now
        self.today = local_date(now)
        self.names = names_in_order(self.random)

    def build(self) -> Region:
        load_municipalities()
        administrator = user_named(ADMINISTRATOR, "Adam", "Admin-Exempel")
        grant_role(user=administrator, role=Role.ADMINISTRATOR, by=None, now=self.now)
        self.region = self._region(by=administrator)
        self.municipalities = {municipality.name: municipality for municipality in self.region.municipalities.all()}
        self.coordinator = user_named(COORDINATOR, "Sanna", "Samordnare-Exempel")
        grant_role(user=self.coordinator, role=Role.COORDINATOR, region=self.region, by=administrator, now=self.now)
        self.manager = user_named(MANAGER, "Cecilia", "Chef-Exempel")
        home = self.municipalities[HOME]
        grant_role(user=self.manager, role=Role.MANAGER, municipality=home, by=self.coordinator, now=self.now)
        self.venues = self._venues()
        self.lecturers = self._lecturers()
        shipped = load_programmes(region=self.region, by=self.coordinator, now=self.now)
        programme = max(shipped, key=lambda programme: programme.modules_required)
        finished = self._finished_cohort(programme)
        changed = at(finished.applications_open + timedelta(days=30), time(10))
        programme = versions.shorten_the_last_day(programme, by=self.coordinator, now=changed)
        plan_messages(programme, by=self.coordinator, now=changed)
        self._cohort_under_way(programme)
        self._open_cohort(programme)
        versions.draft_a_tenth_module(programme, by=self.coordinator, now=self.now)
        law = min(shipped, key=lambda programme: programme.modules_required)
        applications.choose_whom_to_admit(law, by=self.coordinator, now=self.now)
        self._cohort_to_approve(law)
        managers.staff(
            sorted(self.municipalities.values(), key=lambda place: (place.name != HOME, place.name)),
            users=(user_named(f"chef.{name.email}", name.first, name.last) for name in self.names),
            boss=self.manager,
            by=self.coordinator,
            now=self.now,
        )
        writing.word_anew(self.region, by=self.coordinator, now=self.now)
        writing.want_less(self.manager, now=self.now)
        welcome_those_of_before(self.region, now=self.now)
        lose_two(self.region, now=self.now)
        registers.fill(region=self.region, lecturers=self.lecturers, by=self.coordinator, now=self.now)
        for email in (PARTICIPANT, CERTIFIED):
            user = User.objects.get(email=email)
            user.set_password(PASSWORD)
            user.save()
        User.objects.filter(email=CERTIFIED).update(mobile=data.MOBILE, proven_mobile=data.MOBILE)
        ask_for_code(user=User.objects.get(email=PARTICIPANT), mobile=data.WAITING_MOBILE, now=self.now)
        return self.region

    # The region and those who work for it

    def _region(self, *, by: User) -> Region:
        region = create_region(
            details={
                "code": "SK",
                "name": "Demoregion Skåne",
                "contact_email": COORDINATOR,
                "contact_phone": "",
                "signatory_name": "Signe Signatär-Exempel",
                "signatory_title": "Utbildningsansvarig, Demoregion Skåne",
                "seat": "Lund",
                "winter_break_week": 8,
                "sms_parts_per_month": 500,
            },
            by=by,
            now=self.now,
        )
        assign_municipalities(
            region=region, municipalities=Municipality.objects.filter(county_code=SKANE), by=by, now=self.now
        )
        return region

    def _venues(self) -> list[Venue]:
        venues = [Venue(region=self.region, **details) for details in data.VENUES]
        return [save_venue(venue=venue, by=self.coordinator, now=self.now) for venue in venues]

    def _lecturers(self) -> list[Lecturer]:
        """Those of the register; the first one can log in."""
        names = [Name(first, last) for first, last, _organisation, _phone in data.LECTURERS]
        user = user_named(LECTURER, names[0].first, names[0].last)
        grant_role(user=user, role=Role.LECTURER, region=self.region, by=self.coordinator, now=self.now)
        emails = [LECTURER, *(name.email for name in names[1:])]
        lecturers = [
            Lecturer(region=self.region, name=f"{first} {last}", email=email, organisation=organisation, phone=phone)
            for (first, last, organisation, phone), email in zip(data.LECTURERS, emails, strict=True)
        ]
        return [save_lecturer(lecturer=lecturer, by=self.coordinator, now=self.now) for lecturer in lecturers]

    # Cohorts

    def _finished_cohort(self, programme: Programme) -> Cohort:
        proposals = calendar.finished(list(programme.current_modules), self.today)
        cohort = self._cohort(programme, proposals, venue=self.venues[0])
        self._enrol(cohort, HOME, self._moment(cohort), name=Name("Klara", "Exempelsson"), email=CERTIFIED)
        self._enrol_all(cohort, self._places(23, at_home=3))
        self._keep_registers(cohort, absence=0.05, absent_often=2)
        issued = at(proposals[-1].day + timedelta(days=6), time(10))
        certificates.issue(cohort, by=self.coordinator, now=issued)
        return cohort

    def _cohort_under_way(self, programme: Programme) -> None:
        cohort = self._cohort(programme, calendar.under_way(list(programme.current_modules), self.today))
        self._enrol(cohort, HOME, self._moment(cohort), name=Name("Amina", "Påhittsson"), email=PARTICIPANT)
        self._enrol_all(cohort, self._places(21, at_home=2))
        attendance.keep(
            cohort, random=self.random, by=self.coordinator, now=self.now, absence=0.12, absent_often=1, forgotten=1
        )
        register_once_more(cohort, by=self.coordinator, now=self.now)
        self._make_a_lecturer_travel(cohort)
        move_the_last_session(cohort, by=self.coordinator, now=self.now)
        state_what_is_needed(cohort, now=self.now)
        defer_and_move_one(cohort, manager=self.manager, by=self.coordinator, now=self.now)
        hand_out(cohort, coordinator=self.coordinator, lecturer=User.objects.get(email=LECTURER), now=self.now)
        writing.write_to(cohort, by=self.coordinator, now=self.now)

    def _open_cohort(self, programme: Programme) -> None:
        proposals = calendar.ahead(list(programme.current_modules), self.today)
        kept = {"Malmö": 4, "Helsingborg": 3, HOME: 4, "Kristianstad": 2}
        cohort = self._cohort(
            programme,
            proposals,
            seats={self.municipalities[name]: seats for name, seats in kept.items()},
            opens=self.today - timedelta(days=12),
            without_venue={2, 7},
            without_lecturer={7},
        )
        in_common_pool = cohort.capacity - sum(kept.values())
        others = self.random.choices(sorted(set(self.municipalities) - set(kept)), k=in_common_pool + 3)
        self._enrol_all(cohort, ["Malmö"] * 4 + ["Helsingborg"] * 3 + ["Kristianstad"] + [HOME] * 4 + others + [HOME])
        begin_an_enrolment(cohort, by=self.manager, now=self.now)
        leave_two_seats(cohort, by=self.manager, now=self.now)
        replace_one(cohort, by=self.manager, now=self.now)
        draft_beside(cohort, venues=self.venues, lecturers=self.lecturers, by=self.coordinator, now=self.now)

    def _cohort_to_approve(self, programme: Programme) -> None:
        """More apply than there are seats for; the coordinator decides."""
        kept = {HOME: 4, "Malmö": 4, "Ystad": 2}
        cohort = self._cohort(
            programme,
            calendar.ahead(list(programme.current_modules), self.today, weekday=calendar.WEDNESDAY),
            course="Socialrätt",
            seats={self.municipalities[name]: seats for name, seats in kept.items()},
            opens=self.today - timedelta(days=9),
            capacity=12,
        )
        moments = sorted(self._moment(cohort) for _each in range(14))
        for number, moment in enumerate(moments):
            # Whom the coordinator enrols herself needs no approval.
            place, by = (
                (HOME, self.manager) if number % 2 else (self.random.choice(["Malmö", "Ystad"]), self.coordinator)
            )
            applications.apply(cohort, self._person(place, moment, next(self.names)), number=number, by=by, now=moment)
        applications.turn_the_first_down(cohort, by=self.coordinator, now=self.now)

    def _cohort(
        self,
        programme: Programme,
        proposals: Sequence[Proposal],
        *,
        course: str = "",
        seats: dict[Municipality, int] | None = None,
        opens: date | None = None,
        capacity: int = 25,
        venue: Venue | None = None,
        without_venue: Collection[int] = (),
        without_lecturer: Collection[int] = (),
    ) -> Cohort:
        """A published cohort, planned three weeks before one could apply; some modules are still to be furnished.

        Its name says of which `course` it is, unless it is of the introduction itself.
        """
        first = proposals[0].day
        opens = opens or first - timedelta(days=80)
        taken = set(programme.cohorts.values_list("name", flat=True))
        cohort = plan_cohort(
            programme=programme,
            details=CohortDetails(
                name=f"{course} {suggested_name(first, taken)}".strip(),
                capacity=capacity,
                applications_open=opens,
                applications_close=first - timedelta(days=28),
                release_date=first - timedelta(days=35) if seats else None,
                seats=seats or {},
            ),
            sessions=[
                PlannedSession(
                    module=module,
                    starts=proposal.starts,
                    ends=proposal.ends,
                    venue=None if module.number in without_venue else venue or self.venues[number % len(self.venues)],
                    lecturers=[]
                    if module.number in without_lecturer
                    else [self.lecturers[number % len(self.lecturers)]],
                )
                for number, (module, proposal) in enumerate(zip(programme.current_modules, proposals, strict=True))
            ],
            by=self.coordinator,
            now=at(opens - timedelta(days=21), time(14)),
        )
        return publish_cohort(cohort=cohort, by=self.coordinator, now=at(opens - timedelta(days=21), time(15)))

    def _make_a_lecturer_travel(self, cohort: Cohort) -> None:
        """On the day of the next session but one: a clash to solve."""
        session = CohortSession.objects.filter(cohort=cohort).upcoming(now=self.now).order_by("starts")[1]
        for lecturer in session.lecturers.all():
            Unavailability.objects.create(lecturer=lecturer, first=session.day, last=session.day + timedelta(days=2))

    # People

    def _enrol_all(self, cohort: Cohort, places: Sequence[str]) -> None:
        """Enrol somebody from each place, one after the other, so that whoever waits applied last."""
        moments = sorted(self._moment(cohort) for _place in places)
        for place, moment in zip(places, moments, strict=True):
            self._enrol(cohort, place, moment)

    def _moment(self, cohort: Cohort) -> datetime:
        """Office hours on a day of the application period that has passed."""
        days = (min(cohort.applications_close, self.today - timedelta(days=1)) - cohort.applications_open).days
        day = cohort.applications_open + timedelta(days=self.random.randint(0, days))
        return at(day, time(self.random.randint(8, 16), self.random.randint(0, 59)))

    def _enrol(
        self, cohort: Cohort, place: str, applied: datetime, *, name: Name | None = None, email: str = ""
    ) -> Enrolment:
        return enrol(
            cohort=cohort,
            person=self._person(place, applied, name or next(self.names), email=email),
            by=self.manager if place == HOME else self.coordinator,
            now=applied,
        )

    def _person(self, place: str, applied: datetime, name: Name, *, email: str = "") -> PersonDetails:
        return PersonDetails(
            first_name=name.first,
            last_name=name.last,
            email=email or name.email,
            municipality=self.municipalities[place],
            unit=self.random.choice(data.UNITS),
            title=self.random.choice(data.TITLES),
            employed_from=local_date(applied) - timedelta(days=self.random.randint(10, 90)),
        )

    def _places(self, people: int, *, at_home: int) -> list[str]:
        return [HOME] * at_home + self.random.choices(sorted(self.municipalities), k=people - at_home)

    def _keep_registers(self, cohort: Cohort, **how: Any) -> None:
        attendance.keep(cohort, random=self.random, by=self.coordinator, now=self.now, **how)
