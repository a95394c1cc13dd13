"""The coordinator's overview: each thing to do is there until it is done, and nobody else's is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from certificates.choices import Show
from cohorts.models import Cohort
from messaging.actions.pauses import pause
from messaging.channels import ChannelRefusedError
from messaging.choices import Channel, State
from messaging.models import SmsMonth
from participants.choices import EnrolmentStatus, EventKind
from participants.models import EnrolmentEvent
from regions.models import Region
from reports.evidence.todo import todo_of
from reports.first_steps import first_steps
from reports.rules.todo import Matter
from reports.todo import Overview, overview_of
from sessions.models import CohortSession
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    ContactFactory,
    EnrolmentFactory,
    InvitationFactory,
    LecturerFactory,
    MessageFactory,
    MunicipalityFactory,
    OfferFactory,
    ProgrammeFactory,
    RegionFactory,
    SeatAllocationFactory,
    TeachingRequestFactory,
    UnavailabilityFactory,
    VenueFactory,
    coordinator,
    manager,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture
def planner(region: Region) -> User:
    return coordinator(region)


@pytest.fixture
def cohort(region: Region) -> Cohort:
    """Published, with nothing to do about it: its only session is in three weeks."""
    cohort: Cohort = CohortFactory(programme=ProgrammeFactory(region=region, modules=1), name="Vår A")
    furnished(cohort)
    return cohort


def furnished(cohort: Cohort, **fields: Any) -> CohortSession:
    """A session with a venue and a lecturer of its own."""
    session: CohortSession = CohortSessionFactory(cohort=cohort, **fields)
    session.lecturers.add(LecturerFactory(region=cohort.region))
    return session


def seen_by(user: User) -> Overview:
    return overview_of(User.objects.get(pk=user.pk), now=NOW)


def matters(user: User) -> list[str]:
    """What there is to do, in the order of the page; but for contacts: in these tests, municipalities have nobody."""
    items = [item for group in seen_by(user).groups for item in group.items]
    return [str(item.matter) for item in items if item.matter != Matter.CONTACT]


def reasons(user: User) -> str:
    return " ".join(reason for group in seen_by(user).groups for item in group.items for reason in item.reasons)


class TestWhatThereIsToDo:
    def test_nothing_when_all_is_in_order(self, planner: User, cohort: Cohort) -> None:
        assert matters(planner) == []

    def test_a_clash_of_two_sessions_is_one_thing_to_do(self, planner: User, cohort: Cohort, region: Region) -> None:
        first = cohort.sessions.get()
        other = furnished(CohortFactory(programme=cohort.programme, name="Vår B"), venue=first.venue)
        assert matters(planner) == [Matter.CLASH]
        assert first.venue.name in reasons(planner)
        other.venue = VenueFactory(region=region)
        other.save()
        assert matters(planner) == []

    def test_a_lecturer_who_is_away_and_a_room_too_small(self, planner: User, cohort: Cohort) -> None:
        session = cohort.sessions.get()
        away = UnavailabilityFactory(lecturer=session.lecturers.get())
        assert matters(planner) == [Matter.CLASH]
        away.delete()
        EnrolmentFactory.create_batch(2, cohort=cohort)
        session.venue.seats = 1
        session.venue.save()
        assert matters(planner) == [Matter.CLASH]

    def test_a_session_without_a_place(self, planner: User, cohort: Cohort) -> None:
        session = cohort.sessions.get()
        session.venue = None
        session.save()
        assert matters(planner) == [Matter.VENUE]
        session.online_url = "https://example.org/rum"
        session.save()
        assert matters(planner) == []

    def test_a_session_without_a_lecturer(self, planner: User, cohort: Cohort) -> None:
        cohort.sessions.get().lecturers.clear()
        assert matters(planner) == [Matter.LECTURER]

    def test_a_cancelled_session_needs_nothing(self, planner: User, cohort: Cohort) -> None:
        CohortSessionFactory(cohort=cohort, cancelled=True, venue=None)
        assert matters(planner) == []

    def test_a_draft_far_ahead_may_lack_what_it_likes(self, planner: User, cohort: Cohort) -> None:
        draft = CohortFactory(programme=cohort.programme, draft=True, applications_open=TODAY + timedelta(days=15))
        session = CohortSessionFactory(cohort=draft, venue=None, day=TODAY + timedelta(weeks=9))
        assert matters(planner) == []
        session.delete()
        CohortSessionFactory(cohort=draft, venue=None, day=TODAY + timedelta(weeks=7))
        assert sorted(matters(planner)) == [Matter.LECTURER, Matter.VENUE]

    def test_the_latest_answer_of_a_lecturer_counts(self, planner: User, cohort: Cohort) -> None:
        session = cohort.sessions.get()
        about = {"session": session, "lecturer": session.lecturers.get()}
        declined = {"status": "declined", "answered": NOW - timedelta(days=9)}
        TeachingRequestFactory(**about, **declined, asked=NOW - timedelta(days=10))
        assert matters(planner) == [Matter.LECTURER]
        assert session.lecturers.get().name in reasons(planner)
        TeachingRequestFactory(**about, asked=NOW - timedelta(days=7))
        assert matters(planner) == []

    def test_a_draft_that_managers_should_know_of(self, planner: User, cohort: Cohort) -> None:
        CohortFactory(programme=cohort.programme, draft=True, applications_open=TODAY + timedelta(days=14))
        assert matters(planner) == [Matter.PUBLISH]

    def test_a_register_without_a_mark(self, planner: User, cohort: Cohort) -> None:
        held = furnished(cohort, day=TODAY - timedelta(days=1))
        assert matters(planner) == []  # nobody takes part
        enrolment = EnrolmentFactory(cohort=cohort)
        assert matters(planner) == [Matter.REGISTER]
        mark = AttendanceFactory(session=held, participant=enrolment.participant)
        assert matters(planner) == []
        mark.voided = NOW
        mark.save()
        assert matters(planner) == [Matter.REGISTER]

    def test_applications_that_wait_for_approval(self, planner: User, cohort: Cohort) -> None:
        EnrolmentFactory.create_batch(3, cohort=cohort, status=EnrolmentStatus.APPLIED)
        assert matters(planner) == [Matter.APPROVAL]
        assert "3" in reasons(planner)

    def test_people_who_wait_although_they_could_have_a_seat(self, planner: User, cohort: Cohort) -> None:
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)
        assert matters(planner) == [Matter.SEAT]
        SeatAllocationFactory(cohort=cohort, seats=cohort.capacity)  # all kept for another municipality
        assert matters(planner) == []
        SeatAllocationFactory(cohort=CohortFactory(), municipality=waiting.municipality)

    def test_an_offer_is_to_be_seen_to_in_its_last_two_days(self, planner: User, cohort: Cohort) -> None:
        offer = OfferFactory(enrolment__cohort=cohort, expires=NOW + timedelta(days=2, minutes=1))
        OfferFactory(enrolment__cohort=CohortFactory(), expires=NOW + timedelta(days=1))  # another region's
        assert matters(planner) == []

        offer.expires = NOW + timedelta(days=2)
        offer.save()

        assert matters(planner) == [Matter.OFFER]
        assert "12 mars 2026" in reasons(planner)
        offer.expires = NOW
        offer.made = NOW - timedelta(days=5)
        offer.save()
        assert matters(planner) == []  # it goes to the next

    def test_who_gets_no_offer_since_one_was_taken_back_is_not_forgotten(self, planner: User, cohort: Cohort) -> None:
        waiting = EnrolmentFactory(cohort=cohort, waiting=True)
        EnrolmentEvent.objects.create(enrolment=waiting, at=NOW, kind=EventKind.OFFER_TAKEN_BACK, by=planner)
        assert matters(planner) == [Matter.SEAT]

    def test_the_soonest_consequence_comes_first(self, planner: User, cohort: Cohort) -> None:
        EnrolmentFactory(cohort=cohort)
        furnished(cohort, day=TODAY - timedelta(days=30))
        cohort.sessions.filter(starts__gt=NOW).update(venue=None)
        CohortFactory(programme=cohort.programme, draft=True, applications_open=TODAY + timedelta(days=5))
        assert matters(planner) == [Matter.REGISTER, Matter.PUBLISH, Matter.VENUE]


class TestThePage:
    def test_a_row_leads_to_where_it_is_solved(self, client: Client, planner: User, cohort: Cohort) -> None:
        session = cohort.sessions.get()
        session.venue = None
        session.save()
        client.force_login(planner)
        page = client.get(reverse("reports:overview")).content.decode()
        assert f'href="{reverse("sessions:edit_session", args=[session.pk])}#div_id_venue"' in page

    def test_every_place_that_a_row_leads_to_is_there(self, client: Client, planner: User, cohort: Cohort) -> None:
        EnrolmentFactory(cohort=cohort, status=EnrolmentStatus.APPLIED)
        EnrolmentFactory(cohort=cohort, waiting=True)
        OfferFactory(enrolment__cohort=cohort, expires=NOW + timedelta(days=1))
        furnished(cohort, day=TODAY - timedelta(days=1))
        EnrolmentFactory(cohort=cohort)
        CohortSessionFactory(cohort=cohort, venue=None, day=TODAY + timedelta(days=2))
        CohortFactory(programme=cohort.programme, draft=True)
        UnavailabilityFactory(lecturer=cohort.sessions.filter(starts__gt=NOW).last().lecturers.get())
        InvitationFactory(region=cohort.programme.region, expires=NOW)
        MessageFactory(scope=cohort.region.pk, state=State.DEAD, finished=NOW)
        pause(channel=Channel.EMAIL, error=ChannelRefusedError("535"), now=NOW)
        Region.objects.filter(pk=cohort.region.pk).update(sms_parts_per_month=100)
        SmsMonth.objects.create(scope=cohort.region.pk, month=TODAY.replace(day=1), parts=99, withheld=3, reached=100)
        client.force_login(planner)
        items = [item for group in (*seen_by(planner).groups, *todo_of(planner, now=NOW)) for item in group.items]
        assert {item.matter for item in items} == set(Matter)
        for item in items:
            response = client.get(item.url)
            assert response.status_code == 200
            if "#" in item.url:
                assert f'id="{item.url.partition("#")[2]}"' in response.content.decode()

    def test_without_a_script_it_leads_to_what_it_asks_for_with_one(
        self, client: Client, planner: User, cohort: Cohort
    ) -> None:
        MessageFactory(scope=cohort.region.pk, state=State.DEAD, finished=NOW, recipient="asa@example.org")
        client.force_login(planner)
        page = client.get(reverse("reports:overview")).content.decode()
        messages, doubts = reverse("reports:message_todo"), reverse("certificates:register") + "?show=doubt"
        assert f'href="{messages}"' in page
        assert "asa@example.org" in client.get(messages).content.decode()
        assert f'href="{doubts}"' in page
        assert client.get(doubts).context["form"].wanted["show"] == Show.DOUBT

    def test_a_long_list_is_folded(self, client: Client, planner: User, cohort: Cohort) -> None:
        for weeks in range(1, 8):
            CohortSessionFactory(cohort=cohort, venue=None, day=TODAY + timedelta(weeks=weeks))
        client.force_login(planner)
        address = reverse("reports:overview")
        button = "#div_id_venue"
        assert client.get(address).content.decode().count(button) == 5
        assert "Visa alla 7" in client.get(address).content.decode()
        assert client.get(address + "?visa=venue").content.decode().count(button) == 7

    def test_what_is_done_ends_in_what_comes_next(self, client: Client, planner: User, cohort: Cohort) -> None:
        client.force_login(planner)
        page = client.get(reverse("reports:overview")).content.decode()
        assert "Allt klart" in page
        assert reverse("sessions:session", args=[cohort.sessions.get().pk]) in page
        assert "9 april 2026" in page  # the last day to apply

    def test_nothing_of_another_region_is_there(self, client: Client, planner: User, cohort: Cohort) -> None:
        theirs = CohortFactory(name="Grannens omgång")
        CohortSessionFactory(cohort=theirs, venue=None, day=TODAY + timedelta(days=2))
        EnrolmentFactory(cohort=theirs, status=EnrolmentStatus.APPLIED)
        EnrolmentFactory(cohort=theirs, waiting=True)
        held = CohortSessionFactory(cohort=theirs, day=TODAY - timedelta(days=2))
        TeachingRequestFactory(session=held)
        EnrolmentFactory(cohort=theirs)
        client.force_login(planner)
        page = client.get(reverse("reports:overview")).content.decode()
        assert "Allt klart" in page
        assert "Grannens" not in page

    def test_contacts_and_invitations_are_there_until_they_are_settled(self, region: Region, planner: User) -> None:
        def found() -> list[tuple[str, str]]:
            groups = overview_of(planner, now=NOW).groups
            return [(item.title, item.url) for group in groups for item in group.items]

        place = MunicipalityFactory(region=region)
        contacts = reverse("participants:contacts")
        assert ("1 kommun har ingen chef", f"{contacts}?show=no_manager") in found()
        boss = manager(place)
        assert ("1 kommun har ingen kontaktperson", f"{contacts}?show=no_contact") in found()
        contact = ContactFactory(municipality=place, user=boss)
        CohortFactory(
            programme__region=region,
            draft=False,
            published=NOW - timedelta(days=22),
            sessions=TODAY + timedelta(days=60),
        )
        assert ("1 kontaktperson har inte svarat", f"{contacts}?show=stale") in found()
        contact.confirmed = NOW
        contact.save()
        invitation = InvitationFactory(region=region, expires=NOW)
        assert ("1 inbjudan väntar på svar", reverse("accounts:resend_invitations")) in found()
        invitation.delete()
        assert not [url for _title, url in found() if url.startswith("/konto/")]

    def test_sms_that_were_not_sent_are_there_until_the_limit_is_raised(self, region: Region, planner: User) -> None:
        def found() -> list[tuple[str, str]]:
            user = User.objects.get(pk=planner.pk)
            groups = overview_of(user, now=NOW).groups
            return [(item.title, item.url) for group in groups for item in group.items if item.matter == Matter.SMS]

        SmsMonth.objects.create(scope=region.pk, month=TODAY.replace(day=1), parts=99, withheld=3, reached=100)
        assert found() == []  # a region that has turned SMS off has nothing to do about it
        Region.objects.filter(pk=region.pk).update(sms_parts_per_month=100)
        settings = reverse("regions:settings")
        title = "3 sms har inte skickats den här månaden: 99 av 100 delar är använda."
        assert found() == [(title, f"{settings}#div_id_sms_parts_per_month")]
        Region.objects.filter(pk=region.pk).update(sms_parts_per_month=200)
        assert found() == []

    def test_the_number_of_queries_does_not_grow(self, client: Client, planner: User, cohort: Cohort) -> None:
        client.force_login(planner)
        few = queries(client)
        for number in range(5):
            more = CohortFactory(programme=cohort.programme)
            EnrolmentFactory(cohort=more, waiting=True)
            EnrolmentFactory(cohort=more, status=EnrolmentStatus.APPLIED)
            EnrolmentFactory(cohort=more)
            TeachingRequestFactory(session=furnished(more, day=TODAY + timedelta(days=number + 1)))
            CohortSessionFactory(cohort=more, day=TODAY - timedelta(days=7 + number), venue=None)
            CohortSessionFactory(cohort=more, venue=None)
        assert queries(client) == few <= 14


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("reports:overview")).status_code == 200
    return len(captured)


class TestANewRegion:
    def test_it_is_told_what_to_do_first_and_what_is_done_is_ticked(
        self, client: Client, region: Region, planner: User
    ) -> None:
        client.force_login(planner)
        assert [step.done for step in first_steps(planner)] == [False] * 5
        assert "Börja här" in client.get(reverse("reports:overview")).content.decode()
        ProgrammeFactory(region=region)
        VenueFactory(region=region)
        LecturerFactory(region=region)
        manager(MunicipalityFactory(region=region))
        assert [step.done for step in first_steps(planner)] == [True] * 4 + [False]

    def test_another_regions_things_are_not_its_own(self, planner: User) -> None:
        elsewhere = RegionFactory()
        ProgrammeFactory(region=elsewhere)
        VenueFactory(region=elsewhere)
        LecturerFactory(region=elsewhere)
        manager(MunicipalityFactory(region=elsewhere))
        assert [step.done for step in first_steps(planner)] == [False] * 5

    def test_with_the_first_cohort_the_overview_begins(self, client: Client, region: Region, planner: User) -> None:
        CohortFactory(programme=ProgrammeFactory(region=region), draft=True)
        client.force_login(planner)
        assert first_steps(planner) == []
        assert "Börja här" not in client.get(reverse("reports:overview")).content.decode()
