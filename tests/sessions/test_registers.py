"""The registers of venues and lecturers, the days that nobody is to be planned on, and the days a lecturer can't."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Invitation, User
from audit.models import AuditEvent
from regions.models import Region
from sessions.actions import forget_unavailable, note_unavailable, remove_lecturer, remove_venue, seen_of, unblock_days
from sessions.choices import RequestStatus
from sessions.clashes.reading import calendar_around
from sessions.exceptions import PlanningRefused
from sessions.models import (
    BlockedPeriod,
    CohortSession,
    Lecturer,
    SessionRevision,
    TeachingRequest,
    Unavailability,
    Venue,
)
from sessions.rules.clashes import Kind
from tests.factories import (
    NOW,
    TODAY,
    BlockedPeriodFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    RegionFactory,
    TeachingRequestFactory,
    UnavailabilityFactory,
    VenueFactory,
    coordinator,
    lecturer,
)

pytestmark = pytest.mark.django_db
THAT_DAY = TODAY + timedelta(weeks=3)  # that of CohortSessionFactory


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture
def siv(region: Region, client: Client) -> User:
    """A coordinator of the region, logged in."""
    user = coordinator(region)
    client.force_login(user)
    return user


@pytest.fixture
def lena(region: Region) -> Lecturer:
    """A lecturer of the region who can log in."""
    return Lecturer.objects.get(email=lecturer(region, first_name="Lena", last_name="Lektor").email)


def user_of(entry: Lecturer) -> User:
    return User.objects.get(email=entry.email)


def offered(client: Client, session: CohortSession) -> set[str]:
    """The keys of the venues that can be chosen for the session."""
    form = client.get(reverse("sessions:edit_session", args=[session.pk])).context["form"]
    return {key for key, _label in form.fields["venue"].choices}


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.usefixtures("siv")
class TestTwoCoordinators:
    """Both have the form of the same entry open."""

    def open(self, client: Client, entry: Venue | Lecturer) -> tuple[str, dict[str, Any]]:
        """The address of its form, and what the browser would send of it."""
        url = reverse(f"sessions:edit_{entry._meta.model_name}", args=[entry.pk])
        form = client.get(url).context["form"]
        return url, {bound.html_name: bound.value() or "" for bound in form}

    def test_the_second_sees_both_versions_of_a_venue_and_decides(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region, access_notes="Hiss\nHörslinga", seats=20)
        url, hers = self.open(client, venue)
        hers |= {"access_notes": "Hiss\r\nHörslinga", "seats": 30}  # as a browser breaks lines
        assert client.post(url, hers | {"address": "Nya gatan 2", "seats": 24}).status_code == 302
        page = client.post(url, hers)
        assert page.status_code == 409
        assert page.context["differences"] == [
            ("Besöksadress", "Nya gatan 2", "Exempelgatan 1"),
            ("Platser", "24", "30"),
        ]
        assert Venue.objects.get().address == "Nya gatan 2"
        hers["seen"] = page.context["form"]["seen"].value()
        assert page.context["form"]["seats"].value() == "30"
        assert "Uppgifterna är sparade." in client.post(url, hers, follow=True).content.decode()
        assert (Venue.objects.get().address, Venue.objects.get().seats) == ("Exempelgatan 1", 30)

    def test_a_lecturer_isnt_overwritten_nor_are_her_questions_withdrawn(
        self, client: Client, region: Region, lena: Lecturer
    ) -> None:
        TeachingRequestFactory(session__cohort__programme__region=region, lecturer=lena)
        url, hers = self.open(client, lena)
        Lecturer.objects.update(phone="046-12 34 56")
        page = client.post(url, hers | {"email": "ny.adress@example.org"})
        assert page.status_code == 409
        assert "046-12 34 56" in page.content.decode()
        assert Lecturer.objects.get().email == lena.email
        assert TeachingRequest.objects.get().status == RequestStatus.OPEN

    def test_what_one_archives_meanwhile_stays_archived(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region)
        url, hers = self.open(client, venue)
        Venue.objects.update(archived=NOW)
        client.post(url, hers | {"seats": 12})
        saved = Venue.objects.get()
        assert (saved.seats, saved.archived) == (12, NOW)


@pytest.mark.usefixtures("siv")
class TestVenues:
    DATA = {"name": "Stora salen", "address": "Exempelgatan 1", "town": "Lund"}

    def test_one_is_added_and_changed(self, client: Client, region: Region) -> None:
        response = client.post(reverse("sessions:new_venue"), self.DATA)
        saved = Venue.objects.get()
        assert response["Location"] == reverse("sessions:venue", args=[saved.pk])
        assert (saved.region, saved.name) == (region, "Stora salen")
        more = {"seats": 40, "contact_name": "Vera Värd", "booking_notes": "Bokas via receptionen"}
        client.post(reverse("sessions:edit_venue", args=[saved.pk]), self.DATA | more | {"seen": seen_of(saved)})
        page = client.get(reverse("sessions:venue", args=[saved.pk])).content.decode()
        assert "40 platser" in page
        assert "Vera Värd" in page
        assert "Bokas via receptionen" in page

    def test_the_same_one_is_not_added_twice(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region)
        data = {"name": venue.name, "address": "En annan gata", "town": venue.town}
        assert client.post(reverse("sessions:new_venue"), data).status_code == 422

    def test_who_coordinates_two_regions_says_for_which(self, client: Client, siv: User) -> None:
        other = coordinator(RegionFactory()).role_assignments.get()
        other.user = siv
        other.save()
        assert client.post(reverse("sessions:new_venue"), self.DATA).status_code == 422
        client.post(reverse("sessions:new_venue"), self.DATA | {"region": other.region_id})
        assert Venue.objects.get().region_id == other.region_id

    def test_they_are_searched_and_counted(self, client: Client, region: Region) -> None:
        VenueFactory(region=region, name="Stora salen")
        VenueFactory(region=region, name="Lilla rummet")
        page = client.get(reverse("sessions:venues"), {"q": "SALEN"}).context["page"]
        assert [venue.name for venue in page] == ["Stora salen"]
        assert client.get(reverse("sessions:venues"), {"q": "ingen"}).context["page"].paginator.count == 0

    def test_a_double_booking_is_said_in_words_beside_both_sessions(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region)
        first, second = CohortSessionFactory.create_batch(2, cohort__programme__region=region, venue=venue)
        CohortSessionFactory(cohort__programme__region=region, venue=venue, day=THAT_DAY + timedelta(days=1))
        response = client.get(reverse("sessions:venue", args=[venue.pk]))
        clashing = {row.session: [found.other for found in row.obstacles] for row in response.context["coming"]}
        assert clashing[first] == [second]
        assert clashing[second] == [first]
        assert sum(len(others) for others in clashing.values()) == 2
        assert f"Dubbelbokad med {second.cohort}" in response.content.decode()

    def test_a_room_too_small_says_by_how_much(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region, seats=1)
        session = CohortSessionFactory(cohort__programme__region=region, venue=venue)
        EnrolmentFactory.create_batch(3, cohort=session.cohort)
        [row] = client.get(reverse("sessions:venue", args=[venue.pk])).context["coming"]
        assert [(found.kind, str(found)) for found in row.obstacles] == [(Kind.SEATS, "2 platser för lite.")]

    def test_cancelled_sessions_are_no_bookings_and_past_ones_are_folded(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region)
        past = CohortSessionFactory(cohort__programme__region=region, venue=venue, day=TODAY - timedelta(days=7))
        CohortSessionFactory(cohort__programme__region=region, venue=venue, cancelled=True)
        response = client.get(reverse("sessions:venue", args=[venue.pk]))
        assert response.context["coming"] == []
        assert list(response.context["page"]) == [past]

    def test_one_that_was_never_used_is_deleted_after_a_question(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region)
        url = reverse("sessions:remove_venue", args=[venue.pk])
        assert "Ta bort" in client.get(url).content.decode()
        assert Venue.objects.exists()
        client.post(url)
        assert not Venue.objects.exists()
        assert AuditEvent.objects.filter(action="venue.removed", target_id=venue.pk).exists()

    def test_one_that_is_used_is_archived_stays_on_its_sessions_and_is_offered_no_more(
        self, client: Client, region: Region
    ) -> None:
        session = CohortSessionFactory(cohort__programme__region=region)
        other = CohortSessionFactory(cohort__programme__region=region)
        venue = session.venue
        client.post(reverse("sessions:remove_venue", args=[venue.pk]))
        assert Venue.objects.get(pk=venue.pk).archived == NOW
        session.refresh_from_db()
        assert session.venue == venue
        choices = {place.pk: offered(client, place) for place in (session, other)}
        assert str(venue.pk) in choices[session.pk]
        assert str(venue.pk) not in choices[other.pk]
        assert venue not in client.get(reverse("sessions:venues")).context["page"].object_list
        assert venue in client.get(reverse("sessions:venues"), {"show": "archived"}).context["page"].object_list

    def test_one_that_a_session_was_moved_away_from_is_kept_too(self, region: Region, siv: User) -> None:
        session, venue = CohortSessionFactory(cohort__programme__region=region), VenueFactory(region=region)
        SessionRevision.objects.create(
            session=session, number=1, starts=session.starts, ends=session.ends, venue=venue, status=session.status
        )
        assert remove_venue(venue=venue, by=siv, now=NOW) is True

    def test_an_archived_one_is_taken_back(self, client: Client, region: Region) -> None:
        venue = VenueFactory(region=region, archived=NOW)
        client.post(reverse("sessions:restore_venue", args=[venue.pk]))
        assert Venue.objects.get().archived is None

    def test_they_are_downloaded_with_cells_that_are_no_formulas(self, client: Client, region: Region) -> None:
        VenueFactory(region=region, name="=1+1")
        VenueFactory(name="Grannens sal")
        response = client.get(reverse("sessions:venues_file"))
        [headings, row] = load_workbook(BytesIO(response.content)).worksheets[0].iter_rows()
        assert headings[0].value == "Namn"
        assert (row[0].value, row[0].data_type) == ("=1+1", "s")


@pytest.mark.usefixtures("siv")
class TestLecturers:
    def test_one_is_added_and_invited(self, client: Client, region: Region) -> None:
        data = {"name": "Lena Lektor", "email": "Lena@Example.org", "phone": "046-12 34 56"}
        client.post(reverse("sessions:new_lecturer"), data)
        lena = Lecturer.objects.get()
        assert (lena.email, lena.phone) == ("lena@example.org", "046-12 34 56")
        assert client.post(reverse("sessions:new_lecturer"), data).status_code == 422
        client.post(reverse("sessions:invite_lecturer", args=[lena.pk]))
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.role, invitation.region) == (lena.email, "lecturer", region)
        [shown] = client.get(reverse("sessions:lecturers")).context["page"]
        assert shown.invited

    def test_her_page_shows_what_she_teaches_and_what_is_in_its_way(
        self, client: Client, region: Region, lena: Lecturer
    ) -> None:
        first, second = CohortSessionFactory.create_batch(2, cohort__programme__region=region)
        for session in (first, second):
            session.lecturers.set([lena, LecturerFactory(region=region)])
        UnavailabilityFactory(lecturer=lena)
        response = client.get(reverse("sessions:lecturer", args=[lena.pk]))
        [row, _other] = response.context["coming"]
        assert {found.kind for found in row.obstacles} == {Kind.LECTURER, Kind.AWAY}
        assert lena.email in response.content.decode()

    def test_one_who_was_never_used_is_deleted_with_her_days(self, region: Region, siv: User, lena: Lecturer) -> None:
        UnavailabilityFactory(lecturer=lena)
        assert remove_lecturer(lecturer=lena, by=siv, now=NOW) is False
        assert not Lecturer.objects.exists()

    def test_one_who_was_asked_is_archived_and_the_question_withdrawn(
        self, client: Client, region: Region, lena: Lecturer
    ) -> None:
        TeachingRequestFactory(session__cohort__programme__region=region, lecturer=lena)
        client.post(reverse("sessions:remove_lecturer", args=[lena.pk]))
        lena.refresh_from_db()
        assert lena.archived == NOW
        assert TeachingRequest.objects.get().status == RequestStatus.WITHDRAWN

    def test_an_archived_one_is_taken_back(self, client: Client, region: Region) -> None:
        entry = LecturerFactory(region=region, archived=NOW)
        client.post(reverse("sessions:restore_lecturer", args=[entry.pk]))
        assert Lecturer.objects.get().archived is None

    def test_they_are_downloaded(self, client: Client, lena: Lecturer) -> None:
        response = client.get(reverse("sessions:lecturers_file"))
        [_headings, row] = load_workbook(BytesIO(response.content)).worksheets[0].iter_rows(values_only=True)
        assert row[0] == lena.name


@pytest.mark.usefixtures("siv")
class TestBlockedDays:
    URL = "sessions:blocked_days"

    def test_days_are_blocked_from_one_to_another_or_one_alone(self, client: Client, region: Region) -> None:
        client.post(reverse(self.URL), {"first": "2026-05-04", "last": "2026-05-06", "reason": "Planeringsdagar"})
        client.post(reverse(self.URL), {"first": "2026-06-01", "reason": "Konferens"})
        spans = BlockedPeriod.objects.filter(region=region).values_list("reason", "first", "last")
        assert [(reason, f"{first} {last}") for reason, first, last in spans] == [
            ("Planeringsdagar", "2026-05-04 2026-05-06"),
            ("Konferens", "2026-06-01 2026-06-01"),
        ]

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"first": "2026-05-06", "last": "2026-05-04", "reason": "Bakvänt"}, "last"),
            ({"first": "2026-05-06", "last": "i morgon", "reason": "Otydligt"}, "last"),
            ({"first": "2026-05-06"}, "reason"),
            ({"first": "0001-05-06", "reason": "Då"}, "first"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, client: Client, data: dict[str, str], field: str) -> None:
        response = client.post(reverse(self.URL), data)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {field}
        assert not BlockedPeriod.objects.exists()

    def test_the_same_days_are_not_blocked_twice(self, client: Client, region: Region) -> None:
        period = BlockedPeriodFactory(region=region)
        data = {"first": period.first, "last": period.last, "reason": period.reason}
        assert client.post(reverse(self.URL), data).status_code == 422

    def test_sessions_that_are_planned_on_them_are_counted_by_local_days(self, client: Client, region: Region) -> None:
        period = BlockedPeriodFactory(region=region)
        CohortSessionFactory.create_batch(2, cohort__programme__region=region)
        CohortSessionFactory(cohort__programme__region=region, cancelled=True)
        CohortSessionFactory(cohort__programme__region=region, day=THAT_DAY + timedelta(days=1))
        CohortSessionFactory()
        late = CohortSessionFactory(cohort__programme__region=region, day=THAT_DAY - timedelta(days=1))
        late.starts += timedelta(hours=14)  # 23.00 in Stockholm
        late.ends = late.starts + timedelta(hours=2)
        late.save()
        response = client.get(reverse(self.URL))
        assert [found.planned for found in response.context["coming"]] == [2]
        assert period.reason in response.content.decode()

    def test_removed_by_mistake_they_stand_in_the_form(self, client: Client, region: Region) -> None:
        period = BlockedPeriodFactory(region=region)
        page = client.post(reverse("sessions:unblock", args=[period.pk]), follow=True)
        assert not BlockedPeriod.objects.exists()
        form = page.context["form"]
        assert client.post(reverse(self.URL), {bound.html_name: bound.value() for bound in form}).status_code == 302
        assert BlockedPeriod.objects.filter(first=period.first, last=period.last, reason=period.reason).exists()

    def test_another_region_does_not_remove_them(self) -> None:
        period = BlockedPeriodFactory()
        with pytest.raises(PlanningRefused):
            unblock_days(period=period, by=coordinator(RegionFactory()), now=NOW)


class TestDaysALecturerCant:
    def test_she_notes_them_herself_and_they_stand_in_the_way_of_planning(
        self, client: Client, region: Region, lena: Lecturer
    ) -> None:
        session = CohortSessionFactory(cohort__programme__region=region)
        session.lecturers.add(lena)
        client.force_login(user_of(lena))
        client.post(reverse("sessions:unavailable", args=[lena.pk]), {"first": THAT_DAY.isoformat()})
        [found] = calendar_around([region.pk], [session.starts]).all_obstacles()[session.pk]
        assert found.kind == Kind.AWAY

    def test_she_is_warned_of_what_she_teaches_then(self, client: Client, region: Region, lena: Lecturer) -> None:
        session = CohortSessionFactory(cohort__programme__region=region)
        session.lecturers.add(lena)
        client.force_login(user_of(lena))
        url = reverse("sessions:unavailable", args=[lena.pk])
        page = client.post(url, {"first": THAT_DAY, "last": THAT_DAY + timedelta(days=4)}, follow=True)
        assert "tone-warning" in page.content.decode()
        assert [row.session for row in page.context["booked"]] == [session]
        later = THAT_DAY + timedelta(days=30)
        assert "tone-warning" not in client.post(url, {"first": later}, follow=True).content.decode()

    def test_her_coordinator_notes_and_removes_them(self, client: Client, siv: User, lena: Lecturer) -> None:
        url = reverse("sessions:unavailable", args=[lena.pk])
        client.post(url, {"first": THAT_DAY})
        client.post(url, {"first": THAT_DAY})
        days = Unavailability.objects.get()
        page = client.post(reverse("sessions:available_again", args=[days.pk]), follow=True)
        assert not Unavailability.objects.exists()
        assert page.context["form"]["first"].value() == THAT_DAY.isoformat()
        assert sorted(AuditEvent.objects.filter(actor=siv).values_list("action", flat=True)) == [
            "unavailability.added",
            "unavailability.removed",
        ]

    def test_nobody_else_does(self, region: Region, lena: Lecturer) -> None:
        days = UnavailabilityFactory(lecturer=lena)
        her = user_of(lena)
        her.role_assignments.all().delete()
        her = User.objects.get(pk=her.pk)  # her roles are remembered
        for other in (her, lecturer(region), lecturer(RegionFactory()), coordinator(RegionFactory())):
            with pytest.raises(PlanningRefused):
                note_unavailable(lecturer=lena, first=THAT_DAY, last=THAT_DAY, by=other, now=NOW)
            with pytest.raises(PlanningRefused):
                forget_unavailable(days=days, by=other, now=NOW)

    def test_past_ones_are_not_shown(self, client: Client, siv: User, lena: Lecturer) -> None:
        UnavailabilityFactory(lecturer=lena, first=TODAY - timedelta(days=3))
        page = client.get(reverse("sessions:unavailable", args=[lena.pk]))
        assert list(page.context["away"]) == []


@pytest.mark.usefixtures("siv")
def test_another_regions_entries_are_out_of_reach(client: Client) -> None:
    venue, stranger = VenueFactory(name="Grannens sal"), LecturerFactory(name="Grannens lektor")
    for name, entry in (("venue", venue), ("lecturer", stranger)):
        assert entry.name not in client.get(reverse(f"sessions:{name}s")).content.decode()
        for page in (name, f"edit_{name}", f"remove_{name}"):
            assert client.get(reverse(f"sessions:{page}", args=[entry.pk])).status_code == 404
    with pytest.raises(PlanningRefused):
        remove_venue(venue=venue, by=coordinator(RegionFactory()), now=NOW)


@pytest.mark.usefixtures("siv")
@pytest.mark.parametrize("page", ["venues", "venue", "lecturers", "lecturer", "blocked_days", "unavailable"])
def test_a_page_asks_no_more_often_when_more_is_planned(client: Client, region: Region, page: str) -> None:
    venue, teacher = VenueFactory(region=region), LecturerFactory(region=region)
    args = {"venue": [venue.pk], "lecturer": [teacher.pk], "unavailable": [teacher.pk]}.get(page, [])
    url = reverse(f"sessions:{page}", args=args)

    def grow(name: str) -> None:
        UnavailabilityFactory(lecturer=teacher, last=THAT_DAY + timedelta(days=teacher.unavailabilities.count()))
        BlockedPeriodFactory(region=region, reason=name)
        for day in (TODAY - timedelta(days=7), THAT_DAY):
            session = CohortSessionFactory(cohort=CohortFactory(programme__region=region), venue=venue, day=day)
            session.lecturers.add(teacher)
        TeachingRequestFactory(session=session, lecturer=teacher)
        VenueFactory(region=region)
        LecturerFactory(region=region)

    grow("Konferens")
    few = queries(client, url)
    for name in "ABCDE":
        grow(name)
    assert queries(client, url) == few
    assert few <= 12
