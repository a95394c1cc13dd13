"""What the calendar of a region says is in the way, read from what is planned."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from regions.models import Region
from sessions.clashes.calendar import Calendar
from sessions.clashes.reading import calendar_between, obstacles_of
from sessions.models import CohortSession, Lecturer, Venue
from sessions.rules.clashes import Booking, Kind
from sessions.rules.standing import Lack
from tests.factories import (
    NOW,
    TODAY,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    RegionFactory,
    UnavailabilityFactory,
    VenueFactory,
    coordinator,
    local,
)

pytestmark = pytest.mark.django_db

DAY = TODAY + timedelta(weeks=3)


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture
def hall(region: Region) -> Venue:
    hall: Venue = VenueFactory(region=region, name="Stora salen", town="Lund", seats=25)
    return hall


@pytest.fixture
def lena(region: Region) -> Lecturer:
    lena: Lecturer = LecturerFactory(region=region, name="Lena Lektor")
    return lena


def session(
    region: Region, *, cohort: str = "VT 2026 A", lecturers: tuple[Lecturer, ...] = (), **fields: Any
) -> CohortSession:
    """A session of a cohort of its own on DAY."""
    planned: CohortSession = CohortSessionFactory(
        **{"cohort__programme__region": region, "cohort__name": cohort, "day": DAY, **fields}
    )
    planned.lecturers.set(lecturers)
    return planned


def in_two_cohorts(one: Cohort, other: Cohort, **fields: Any) -> None:
    """Somebody is enrolled in both; `fields` are those of the first enrolment."""
    hers = EnrolmentFactory(cohort=one, **fields)
    EnrolmentFactory(
        cohort=other, participant=hers.participant, employment=hers.employment, municipality=hers.municipality
    )


def calendar(region: Region) -> Calendar:
    return calendar_between([region.pk], first=DAY, last=DAY)


def said_of(planned: CohortSession, region: Region) -> list[str]:
    with translation.override("en"):
        return [str(obstacle) for obstacle in calendar(region).all_obstacles().get(planned.pk, [])]


def test_both_sessions_hear_of_their_clash(region: Region, hall: Venue, lena: Lecturer) -> None:
    mine = session(region, venue=hall, lecturers=(lena,))
    other = session(region, cohort="VT 2026 B", venue=hall, lecturers=(lena,))
    assert said_of(mine, region) == [
        "Lena Lektor also teaches VT 2026 B, 1. Modul 1.",
        "Stora salen, Lund is also booked for VT 2026 B, 1. Modul 1.",
    ]
    [about_lecturer, about_venue] = calendar(region).all_obstacles()[other.pk]
    assert (about_lecturer.kind, about_venue.kind) == (Kind.LECTURER, Kind.VENUE)
    assert about_lecturer.other == mine


def test_who_takes_part_in_two_cohorts_cannot_be_in_both(region: Region) -> None:
    mine, other = session(region), session(region, cohort="VT 2026 B")
    for _ in range(2):
        in_two_cohorts(mine.cohort, other.cohort)
    EnrolmentFactory(cohort=mine.cohort)
    in_two_cohorts(mine.cohort, other.cohort, withdrawn=True)
    assert said_of(mine, region) == ["2 participants also attend VT 2026 B, 1. Modul 1."]


def test_a_cohort_cannot_meet_twice_at_once(region: Region) -> None:
    mine = session(region)
    CohortSessionFactory(cohort=mine.cohort, day=DAY, module=mine.cohort.modules[1])
    assert said_of(mine, region) == ["The cohort also has VT 2026 A, 2. Modul 2 at that time."]
    EnrolmentFactory(cohort=mine.cohort)
    assert said_of(mine, region) == ["1 participant also attends VT 2026 A, 2. Modul 2."]


def test_more_people_than_seats(region: Region, hall: Venue) -> None:
    hall.seats = 2
    hall.save()
    mine = session(region, venue=hall)
    EnrolmentFactory.create_batch(3, cohort=mine.cohort)
    EnrolmentFactory(cohort=mine.cohort, waiting=True)
    assert said_of(mine, region) == ["Stora salen, Lund has 1 seat too few."]


def test_a_lecturer_who_is_away(region: Region, lena: Lecturer) -> None:
    mine = session(region, lecturers=(lena,))
    UnavailabilityFactory(lecturer=lena, first=DAY - timedelta(days=40), last=DAY - timedelta(days=30))
    assert said_of(mine, region) == []
    UnavailabilityFactory(lecturer=lena, first=DAY - timedelta(days=1), last=DAY)
    UnavailabilityFactory(lecturer=lena, first=DAY, last=DAY + timedelta(days=1))
    assert said_of(mine, region) == ["Lena Lektor can't teach that day."]


def test_what_is_cancelled_or_archived_is_in_nobodys_way(region: Region, hall: Venue) -> None:
    mine = session(region, venue=hall)
    session(region, cohort="Inställd", venue=hall, cancelled=True)
    session(region, cohort="Arkiverad", venue=hall, cohort__status=CohortStatus.ARCHIVED)
    assert said_of(mine, region) == []
    session(region, cohort="Utkast", venue=hall, cohort__status=CohortStatus.DRAFT, cohort__published=None)
    assert said_of(mine, region) == ["Stora salen, Lund is also booked for Utkast, 1. Modul 1."]


def test_another_region_is_another_calendar(region: Region) -> None:
    foreign = CohortSessionFactory(day=DAY)
    assert foreign.pk not in calendar(region).sessions


def test_what_passes_midnight_is_in_the_way_on_both_days(region: Region, hall: Venue) -> None:
    night = session(region, venue=hall, starts=local(DAY - timedelta(days=1), 22), ends=local(DAY, 2))
    morning = session(region, cohort="VT 2026 B", venue=hall, starts=local(DAY, 1))
    assert said_of(morning, region) == ["Stora salen, Lund is also booked for VT 2026 A, 1. Modul 1."]
    assert night.pk in calendar(region).all_obstacles()


def test_what_is_not_saved_yet_is_seen_instead_of_what_is(region: Region, hall: Venue) -> None:
    mine, other = session(region, venue=None), session(region, cohort="VT 2026 B", venue=hall)
    wished = Booking(mine.pk, mine.cohort_id, mine.starts, mine.ends, venue=hall.pk)
    read = calendar(region)
    [obstacle] = read.obstacles([wished])[mine.pk]
    assert obstacle.kind == Kind.VENUE
    assert read.obstacles([wished], instead_of=[other.pk]) == {}


def test_it_reads_in_as_many_queries_however_much_is_booked(region: Region, hall: Venue, lena: Lecturer) -> None:
    counts = []
    for more in (2, 6):
        for _ in range(more):
            planned = session(region, cohort=f"Omgång {Cohort.objects.count()}", venue=hall, lecturers=(lena,))
            EnrolmentFactory(cohort=planned.cohort)
            UnavailabilityFactory(lecturer=lena, last=DAY + timedelta(days=Cohort.objects.count()))
        with CaptureQueriesContext(connection) as queries:
            found = calendar(region).all_obstacles()
        assert len(found) == Cohort.objects.count()
        counts.append(len(queries))
    assert counts == [4, 4]


class TestASessionsPage:
    def test_a_coordinator_reads_all_there_is_to_mend(self, client: Client, region: Region, hall: Venue) -> None:
        soon = timezone.localdate() + timedelta(days=30)
        mine = session(region, day=soon, venue=hall)
        other = session(region, cohort="VT 2026 B", day=soon, venue=hall)
        client.force_login(coordinator(region, language="en"))
        page = client.get(reverse("sessions:session", args=[mine.pk])).content.decode()
        assert "Stora salen, Lund is also booked for VT 2026 B" in page
        assert reverse("sessions:session", args=[other.pk]) in page
        assert "No lecturer is chosen." in page

    def test_a_participant_reads_nothing_of_it(self, client: Client, region: Region) -> None:
        mine = session(region, day=timezone.localdate() + timedelta(days=30), venue=None)
        herself = EnrolmentFactory(cohort=mine.cohort, participant__with_login=True).participant.user
        client.force_login(herself)
        page = client.get(reverse("sessions:session", args=[mine.pk]))
        assert page.context["obstacles"] == []

    def test_there_is_nothing_to_mend_about_what_is_over_or_cancelled(self, region: Region) -> None:
        ahead = session(region, venue=None)
        assert [obstacle.kind for obstacle in obstacles_of(ahead, now=NOW)] == [Lack.VENUE, Lack.LECTURER]
        assert obstacles_of(ahead, now=ahead.ends) == []
        assert obstacles_of(session(region, cohort="VT 2026 B", venue=None, cancelled=True), now=NOW) == []
