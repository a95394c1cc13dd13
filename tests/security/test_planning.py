"""Impatient coordinators, absurd addresses and other people's mailboxes: none of it is let in or breaks anything."""

from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from common.clock import local_date
from common.exceptions import Gone
from regions.models import Region
from sessions.actions import (
    cancel_session,
    discard_cohort,
    forget_unavailable,
    save_lecturer,
    save_venue,
    seen_of,
    unblock_days,
)
from sessions.choices import RequestStatus
from sessions.models import CalendarFeed, CohortSession, Lecturer, TeachingRequest, Unavailability, Venue
from sessions.registers.tokens import token_of
from tests.factories import (
    NOW,
    BlockedPeriodFactory,
    CalendarFeedFactory,
    CohortFactory,
    CohortSessionFactory,
    LecturerFactory,
    ProgrammeFactory,
    RegionFactory,
    RoleAssignmentFactory,
    TeachingRequestFactory,
    UnavailabilityFactory,
    VenueFactory,
    coordinator,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db

ABSURD = ["0", "-1", "9" * 5000, "1e9", "²", "\0", "0000-01", "9999-12", "2000-01", "2099-12", "١", "\u202e", "'", "%"]


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


class TestAbsurdAddresses:
    @pytest.mark.parametrize(
        ("name", "parameters"),
        [
            ("sessions:board", ("q", "page", "term", "programme", "status", "lecturer", "venue", "needs")),
            ("sessions:month", ("month", "lecturer")),
            ("sessions:list", ("page", "sort", "venue")),
            ("sessions:export", ("sort", "q")),
            ("sessions:venues", ("q", "page", "show")),
            ("sessions:lecturers_file", ("q", "show")),
            ("sessions:new_cohort", ("copy", "programme", "first", "nth", "capacity", "venue", "dates")),
            ("sessions:propose_dates", ("copy", "programme", "first", "weeks", "starts", "avoid", "dates")),
            ("sessions:blocked_days", ("first", "last", "reason", "region")),
            ("sessions:change_several", ("session", "lecturer", "what")),
            ("reports:overview", ("visa",)),
            ("reports:search", ("q", "visa", "page")),
        ],
    )
    def test_are_answered(self, client: Client, siv: User, region: Region, name: str, parameters: list[str]) -> None:
        CohortSessionFactory(cohort__programme__region=region)
        for value in ABSURD:
            response = client.get(reverse(name), dict.fromkeys(parameters, value))
            assert response.status_code in (200, 422), value

    @pytest.mark.parametrize("number", ["9" * 5000, "-1", "²", "1e0", ""])
    def test_move_no_module(self, client: Client, siv: User, region: Region, number: str) -> None:
        first, *_others = ProgrammeFactory(region=region, modules=3).modules.order_by("number")
        response = client.post(reverse("cohorts:move_module", args=[first.pk]), {"number": number})
        assert response.status_code == 302
        first.refresh_from_db()
        assert first.number == 1

    @pytest.mark.parametrize("what", [{"what": "move", "days": 7}, {"what": "free"}, {"what": "cancel"}])
    def test_that_mix_regions_change_neither(
        self, client: Client, siv: User, region: Region, what: dict[str, object]
    ) -> None:
        """Also those of one who plans both: a change is of one region, whose log and mails it goes to."""
        second = RoleAssignmentFactory(user=siv, role=Role.COORDINATOR, region=RegionFactory()).region
        day = local_date(timezone.now()) + timedelta(days=60)
        sessions = [CohortSessionFactory(cohort__programme__region=one, day=day) for one in (region, second)]
        answers = urlencode({"session": [session.pk for session in sessions], **what}, doseq=True)
        url = reverse("sessions:change_several") + "?" + answers
        seen = client.get(url).context["consequences"].token
        assert client.post(url, {"seen": seen}).status_code == 422
        for session in sessions:
            assert CohortSession.objects.get(pk=session.pk).revision == session.revision


class TestAnotherRegion:
    """Its rows, named by key in what is sent, are neither used nor named in the answer."""

    @pytest.fixture
    def own(self, region: Region) -> CohortSession:
        day = local_date(timezone.now()) + timedelta(days=60)
        session: CohortSession = CohortSessionFactory(cohort__programme__region=region, day=day)
        return session

    @pytest.fixture
    def theirs(self, own: CohortSession) -> CohortSession:
        session: CohortSession = CohortSessionFactory(
            cohort__name="Kanarie-omgång",
            cohort__programme__title="Kanarie-program",
            venue__name="Kanarie-salen",
            day=own.day,
        )
        session.lecturers.add(LecturerFactory(region=session.cohort.region, name="Lena Kanarie-Exempel"))
        return session

    def test_lends_no_venue_or_lecturer(
        self, client: Client, siv: User, own: CohortSession, theirs: CohortSession
    ) -> None:
        lena = theirs.lecturers.get()
        same: dict[str, Any] = {
            "day": own.day,
            "starts": "09:00",
            "ends": "16:00",
            "version": own.version,
            "keep": "on",
        }
        for answers in ({"venue": theirs.venue_id}, {"lecturers": [lena.pk]}):
            pages = [
                client.post(reverse("sessions:edit_session", args=[own.pk]), same | answers),
                client.get(reverse("sessions:check_session", args=[own.pk]), same | answers),
            ]
            assert [page.status_code for page in pages] == [422, 200]
            assert not any("Kanarie" in page.content.decode() for page in pages)
        page = client.post(reverse("sessions:ask_lecturer", args=[own.pk]), {"lecturer": lena.pk})
        assert page.status_code == 422
        assert "Kanarie" not in page.content.decode()
        assert CohortSession.objects.get(pk=own.pk).version == own.version

    def test_is_not_changed_along(self, client: Client, siv: User, own: CohortSession, theirs: CohortSession) -> None:
        lena = theirs.lecturers.get()
        for answers in (
            {"session": [str(own.pk), str(theirs.pk)], "what": "cancel"},
            {"session": [str(own.pk)], "what": "replace", "gone": str(lena.pk), "new": str(lena.pk)},
        ):
            page = client.get(reverse("sessions:change_several"), answers)
            assert page.status_code == 422
            assert "Kanarie" not in page.content.decode()
        page = client.get(reverse("sessions:change_several"), {"lecturer": str(lena.pk)})
        assert not page.context["sessions"]

    def test_is_no_filter(self, client: Client, siv: User, own: CohortSession, theirs: CohortSession) -> None:
        lena = theirs.lecturers.get()
        for name in ("board", "month", "list"):
            for answers in (
                {"venue": str(theirs.venue_id)},
                {"lecturer": str(lena.pk)},
                {"programme": str(theirs.cohort.programme_id)},
            ):
                assert "Kanarie" not in client.get(reverse(f"sessions:{name}"), answers).content.decode()

    def test_is_not_copied_or_planned_in(
        self, client: Client, siv: User, own: CohortSession, theirs: CohortSession
    ) -> None:
        good: dict[str, Any] = {
            "programme": own.cohort.programme_id,
            "first": local_date(timezone.now()) + timedelta(days=400),
            "rhythm": "month",
            "starts": "09:00",
            "capacity": 5,
        }
        for answers in (
            {"copy": theirs.cohort_id},
            {"venue": theirs.venue_id},
            {"lecturer": theirs.lecturers.get().pk},
            {"programme": theirs.cohort.programme_id},
        ):
            page = client.get(reverse("sessions:propose_dates"), good | answers)
            assert set(answers) <= set(page.context["form"].errors)
            assert "Kanarie" not in page.content.decode()
        assert client.get(reverse("sessions:copy_cohort", args=[theirs.cohort_id])).status_code == 404


class TestWhatIsGone:
    """Opened before somebody else deleted it, and saved or deleted again after that."""

    def test_is_not_brought_back_by_saving_it(self, siv: User, region: Region) -> None:
        venue = VenueFactory(region=region)
        Venue.objects.filter(pk=venue.pk).delete()
        with pytest.raises(Gone):
            save_venue(venue=venue, by=siv, now=NOW)
        assert not Venue.objects.exists()

    def test_is_deleted_once_in_the_log(self, siv: User, region: Region) -> None:
        days = UnavailabilityFactory(lecturer__region=region)
        again = Unavailability.objects.get(pk=days.pk)
        forget_unavailable(days=days, by=siv, now=NOW)
        with pytest.raises(Gone):
            forget_unavailable(days=again, by=siv, now=NOW)
        assert AuditEvent.objects.filter(action="unavailability.removed").count() == 1

    def test_is_not_cancelled(self, siv: User, region: Region) -> None:
        session = CohortSessionFactory(cohort=CohortFactory(draft=True, programme__region=region))
        discard_cohort(cohort=session.cohort, by=siv, now=NOW)
        with pytest.raises(Gone):
            cancel_session(session=session, version=1, by=siv, now=NOW)


class TestALinkInSomebodyElsesMailbox:
    def test_opens_nothing_once_the_address_is_put_right(self, client: Client, siv: User, region: Region) -> None:
        request = TeachingRequestFactory(session__cohort__programme__region=region)
        lecturer = Lecturer.objects.get(pk=request.lecturer_id)
        seen = seen_of(lecturer)
        lecturer.email = "ratt.adress@example.org"
        save_lecturer(lecturer=lecturer, seen=seen, by=siv, now=NOW)
        url = reverse("sessions:teaching_request", args=[token_of(request)])
        Client().post(url, {"accept": "yes", "revision": request.revision})
        assert TeachingRequest.objects.get().status == RequestStatus.WITHDRAWN
        assert not request.session.lecturers.exists()

    def test_stays_good_while_only_her_name_changes(self, siv: User, region: Region) -> None:
        request = TeachingRequestFactory(session__cohort__programme__region=region)
        lecturer = Lecturer.objects.get(pk=request.lecturer_id)
        seen = seen_of(lecturer)
        lecturer.name = "Lena Nyttnamn-Exempel"
        save_lecturer(lecturer=lecturer, seen=seen, by=siv, now=NOW)
        assert TeachingRequest.objects.get().status == RequestStatus.OPEN


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestTwoWhoPressAtOnce:
    @pytest.mark.parametrize("name", ["sessions:discard_cohort", "sessions:remove_venue", "sessions:unblock"])
    def test_delete_it_once(self, siv: User, region: Region, name: str) -> None:
        for _round in range(3):
            found = {
                "sessions:discard_cohort": lambda: CohortFactory(draft=True, programme__region=region),
                "sessions:remove_venue": lambda: VenueFactory(region=region),
                "sessions:unblock": lambda: BlockedPeriodFactory(region=region),
            }[name]()
            clients = [Client(), Client()]
            for client in clients:
                client.force_login(siv)
            url = reverse(name, args=[found.pk])
            responses = at_once(partial(client.post, url) for client in clients)
            assert sorted(response.status_code for response in responses) == [302, 404]

    def test_end_and_renew_a_subscription(self, siv: User) -> None:
        for _round in range(3):
            CalendarFeedFactory(user=siv, role=Role.COORDINATOR)
            posts = []
            for name in ("sessions:end_subscription", "sessions:renew_subscription"):
                client = Client()
                client.force_login(siv)
                posts.append(partial(client.post, reverse(name)))
            ended, renewed = at_once(posts)
            assert (ended.status_code, renewed.status_code) in {(302, 302), (302, 404)}
            assert not CalendarFeed.objects.active().exists()

    def test_add_it_once(self, siv: User, region: Region) -> None:
        entries = [LecturerFactory.build(region=region, email="lena@example.org") for _one in range(2)]
        saved = at_once(partial(save_lecturer, lecturer=entry, by=siv, now=NOW) for entry in entries)
        assert sorted(type(one).__name__ for one in saved) == ["Lecturer", "PlanningRefused"]
        assert Lecturer.objects.filter(email="lena@example.org").count() == 1


def test_removed_days_are_removed_for_good(siv: User, region: Region) -> None:
    period = BlockedPeriodFactory(region=region)
    unblock_days(period=period, by=siv, now=NOW)
    with pytest.raises(Gone):
        unblock_days(period=period, by=siv, now=NOW)
