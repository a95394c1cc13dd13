"""Changing a session on its page: consequences first, both versions for who was second, and the way back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.choices import Role
from accounts.models import User
from messaging.models import Message
from participants.choices import EnrolmentStatus
from participants.models import EnrolmentEvent
from sessions.models import CohortSession, Lecturer
from sessions.rules.clashes import Kind
from tests.factories import (
    BlockedPeriodFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    RoleAssignmentFactory,
    VenueFactory,
    a_plain_tuesday,
    lecturer,
)
from tests.sessions.changing import CHANGED, World, send_all, waiting

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world(client: Client) -> World:
    """Its first session is five weeks after a Tuesday of next September; Siv, who plans it, is logged in."""
    world = World(today=a_plain_tuesday() - timedelta(weeks=5))
    client.force_login(world.siv)
    return world


def url(name: str, world: World) -> str:
    return reverse(f"sessions:{name}", args=[world.sessions[0].pk])


def answers(client: Client, world: World, **changes: object) -> dict[str, Any]:
    """What the browser sends of the page, with some changes."""
    form = client.get(url("edit_session", world)).context["form"]
    return {bound.html_name: bound.value() for bound in form if bound.value()} | changes


def queries(client: Client, address: str, data: dict[str, Any] | None = None, *, by: User) -> int:
    """How many queries the page takes."""
    client.force_login(by)
    client.get(address, data)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, data).status_code == 200
    return len(asked)


def next_day(world: World) -> str:
    return (timezone.localtime(world.session.starts).date() + timedelta(days=1)).isoformat()


class TestConsequences:
    def test_they_are_shown_while_one_types_and_saved_in_one_go(self, client: Client, world: World) -> None:
        data = answers(client, world, day=next_day(world))
        fragment = client.get(url("check_session", world), data, headers=HTMX)
        assert fragment.status_code == 200
        consequences = fragment.context["consequences"]
        assert (len(consequences.participants), len(consequences.managers), len(consequences.lecturers)) == (3, 1, 1)
        for person in (world.people[0].participant, world.boss, world.lena):
            assert str(person) in fragment.content.decode()
        response = client.post(url("edit_session", world), data | {"seen": consequences.token})
        assert response.status_code == 302
        assert waiting() == dict.fromkeys(world.everyone, 1)

    def test_without_javascript_they_are_the_first_answer_and_nothing_is_lost(
        self, client: Client, world: World
    ) -> None:
        data = answers(client, world, day=next_day(world), sentence="Lena är sjuk.")
        page = client.post(url("edit_session", world), data)
        assert page.status_code == 422
        assert "Lena är sjuk." in page.content.decode()
        assert not Message.objects.exists()
        confirmed = data | {"seen": page.context["consequences"].token}
        assert client.post(url("edit_session", world), confirmed).status_code == 302
        assert waiting() == dict.fromkeys(world.everyone, 1)

    def test_what_was_seen_holds_for_those_answers_and_people_only(self, client: Client, world: World) -> None:
        data = answers(client, world, day=next_day(world))
        seen = client.get(url("check_session", world), data).context["consequences"].token
        other = {"seen": seen, "starts": "10:00"}
        assert client.post(url("edit_session", world), data | other).status_code == 422
        EnrolmentFactory(cohort=world.cohort)
        assert client.post(url("edit_session", world), data | {"seen": seen}).status_code == 422

    def test_what_concerns_nobody_is_saved_at_once(self, client: Client, world: World) -> None:
        data = answers(client, world, information="Lunch på egen hand.")
        assert client.post(url("edit_session", world), data).status_code == 302
        session = world.session
        assert (session.information, session.revision, session.version) == ("Lunch på egen hand.", 1, 2)
        assert not waiting()

    def test_clashes_stand_beside_the_date(self, client: Client, world: World) -> None:
        tomorrow = date.fromisoformat(next_day(world))
        other = CohortSessionFactory(cohort__programme__region=world.cohort.region, day=tomorrow)
        other.lecturers.add(world.lena)
        fragment = client.get(url("check_session", world), answers(client, world, day=tomorrow.isoformat()))
        assert reverse("sessions:session", args=[other.pk]) in fragment.content.decode()

    def test_a_day_that_the_region_keeps_free_must_be_meant(self, client: Client, world: World) -> None:
        tomorrow = date.fromisoformat(next_day(world))
        BlockedPeriodFactory(region=world.cohort.region, first=tomorrow, reason="Regional konferens")
        data = answers(client, world, day=tomorrow.isoformat())
        page = client.post(url("edit_session", world), data)
        assert "keep" in page.context["form"].errors
        data |= {"seen": page.context["consequences"].token, "keep": "on"}
        assert client.post(url("edit_session", world), data).status_code == 302

    def test_a_module_that_would_lose_its_place_is_a_warning_and_no_more(self, client: Client, world: World) -> None:
        later = timezone.localtime(world.sessions[1].starts).date() + timedelta(days=1)
        data = answers(client, world, day=later.isoformat())
        fragment = client.get(url("check_session", world), data)
        [advice] = fragment.context["consequences"].advice.values()
        assert any("2" in warning for warning in advice.warnings)
        seen = {"seen": fragment.context["consequences"].token}
        assert client.post(url("edit_session", world), data | seen).status_code == 302

    def test_a_time_that_has_passed_is_refused(self, client: Client, world: World) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        data = answers(client, world, day=yesterday.isoformat(), keep="on")
        page = client.post(url("edit_session", world), data)
        page = client.post(url("edit_session", world), data | {"seen": page.context["consequences"].token})
        assert page.status_code == 422
        assert page.context["form"].non_field_errors()

    @pytest.mark.parametrize("starts", ["2027-03-28 02:30", "2027-10-31 02:30"])
    def test_an_hour_that_summer_time_skips_or_repeats_is_refused(
        self, client: Client, world: World, starts: str
    ) -> None:
        day, clock = starts.split()
        data = answers(client, world, day=day, starts=clock, keep="on")
        page = client.post(url("edit_session", world), data)
        assert page.status_code == 422
        assert "starts" in page.context["form"].errors

    def test_the_sentence_is_one_line(self, client: Client, world: World) -> None:
        data = answers(client, world, day=next_day(world), sentence="Hej\r\nBcc: alla@example.org")
        page = client.post(url("edit_session", world), data)
        assert "sentence" in page.context["form"].errors

    def test_a_room_with_too_few_seats_is_noticed_where_the_cohort_has_nothing_yet(
        self, client: Client, world: World
    ) -> None:
        room = VenueFactory(region=world.cohort.region, seats=len(world.people) - 1)
        data = answers(client, world, day=next_day(world), venue=str(room.pk))
        [advice] = client.get(url("check_session", world), data).context["consequences"].advice.values()
        assert [obstacle.kind for obstacle in advice.obstacles] == [Kind.SEATS]

    def test_only_the_welcomes_to_the_sessions_own_cohort_wait_for_it(self, client: Client, world: World) -> None:
        now = timezone.now()
        newcomer = EnrolmentFactory(cohort=CohortFactory(published=now, sessions=world.session.day))
        EnrolmentEvent.objects.create(enrolment=newcomer, at=now, status=EnrolmentStatus.ENROLLED)
        data = answers(client, world, day=next_day(world))
        assert client.get(url("check_session", world), data).context["consequences"].welcomes == 0

    def test_the_number_of_queries_does_not_grow_with_people_clashes_or_municipalities(
        self, client: Client, world: World
    ) -> None:
        world.crowd()
        data = answers(client, world, day=next_day(world))
        pages = [(url("edit_session", world), None), (url("check_session", world), data)]
        few = [queries(client, *page, by=world.siv) for page in pages]
        world.crowd()
        assert [queries(client, *page, by=world.siv) for page in pages] == few
        assert few[0] <= 12


class TestTheFormInADialog:
    def test_htmx_gets_the_form_alone_and_reloads_the_page_when_it_is_saved(self, client: Client, world: World) -> None:
        fragment = client.get(url("edit_session", world), headers=HTMX).content.decode()
        assert "<html" not in fragment
        assert f'hx-post="{url("edit_session", world)}"' in fragment
        data = answers(client, world, day=next_day(world))
        again = client.post(url("edit_session", world), data, headers=HTMX)
        assert (again.status_code, "<html" in again.content.decode()) == (422, False)
        seen = {"seen": again.context["consequences"].token}
        saved = client.post(url("edit_session", world), data | seen, headers=HTMX)
        assert (saved.status_code, saved.headers["HX-Refresh"]) == (200, "true")


class TestTwoCoordinators:
    def test_the_second_sees_both_versions_and_decides(self, client: Client, world: World) -> None:
        hers = answers(client, world, day=next_day(world), information="Ta med dator.")
        theirs = answers(client, world, information="Lunch ingår.")
        assert client.post(url("edit_session", world), theirs).status_code == 302
        page = client.post(url("edit_session", world), hers)
        assert page.status_code == 409
        differences = {(stored, mine) for _label, stored, mine in page.context["differences"]}
        starts = timezone.localtime(world.session.starts)
        assert differences == {
            ("Lunch ingår.", "Ta med dator."),
            (date_format(starts), date_format(starts + timedelta(days=1))),
        }
        hers |= {"version": page.context["form"]["version"].value(), "seen": page.context["consequences"].token}
        assert client.post(url("edit_session", world), hers).status_code == 302
        assert world.session.information == "Ta med dator."


class TestCancelling:
    def test_it_says_to_whom_takes_a_sentence_and_can_be_undone(self, client: Client, world: World) -> None:
        page = client.get(url("cancel_session", world))
        consequences = page.context["consequences"]
        assert len(consequences.people) == len(world.everyone)
        data = {"version": 1, "sentence": "Snöstorm."}
        assert client.post(url("cancel_session", world), data).status_code == 422
        client.post(url("cancel_session", world), data | {"seen": consequences.token})
        assert world.session.is_cancelled
        assert waiting() == dict.fromkeys(world.everyone, 1)
        said = client.get(url("session", world)).content.decode()
        assert "Snöstorm." in said
        assert f"{len(world.everyone)} personer får ett meddelande" in said
        assert "Närvarolistan" not in said
        client.post(url("undo_change", world), {"version": world.session.version})
        assert not world.session.is_cancelled
        assert not waiting()


class TestTheSessionsPage:
    def move(self, client: Client, world: World) -> None:
        data = answers(client, world, day=next_day(world), sentence="Lena är sjuk.")
        seen = client.get(url("check_session", world), data).context["consequences"].token
        assert client.post(url("edit_session", world), data | {"seen": seen}).status_code == 302

    def test_it_tells_everyone_that_it_was_moved_and_only_the_coordinator_by_whom(
        self, client: Client, world: World
    ) -> None:
        before = world.session
        self.move(client, world)
        undo = url("undo_change", world)
        for user, plans in ((world.siv, True), (world.boss, False)):
            client.force_login(user)
            page = client.get(url("session", world)).content.decode()
            assert str(timezone.localtime(before.starts).day) in page
            assert "Lena är sjuk." in page
            assert (undo in page) is plans
            assert (world.siv.full_name in page.split("<main")[1]) is plans

    def test_undo_says_how_many_know_already(self, client: Client, world: World) -> None:
        self.move(client, world)
        assert client.get(url("session", world)).context["reach"].waiting == len(world.everyone)
        send_all()
        reach = client.get(url("session", world)).context["reach"]
        assert (reach.told, reach.waiting) == (len(world.everyone), 0)

    def test_what_changed_meanwhile_is_not_undone(self, client: Client, world: World) -> None:
        self.move(client, world)
        client.post(url("undo_change", world), {"version": 1})
        assert world.session.revision == 2

    def test_the_number_of_queries_does_not_grow_with_changes(self, client: Client, world: World) -> None:
        self.move(client, world)
        with CaptureQueriesContext(connection) as few:
            client.get(url("session", world))
        venue = VenueFactory(region=world.cohort.region)
        for room in (venue.pk, "", venue.pk):
            data = answers(client, world, venue=str(room))
            seen = client.get(url("check_session", world), data).context["consequences"].token
            client.post(url("edit_session", world), data | {"seen": seen})
        assert world.session.revision > 3
        with CaptureQueriesContext(connection) as many:
            client.get(url("session", world))
        assert len(many) == len(few)

    def test_it_takes_at_most_twelve_queries_for_whoever_opens_it(self, client: Client, world: World) -> None:
        world.crowd()
        self.move(client, world)
        amina = EnrolmentFactory(cohort=world.cohort, participant__with_login=True).participant.user
        RoleAssignmentFactory(user=amina, role=Role.PARTICIPANT, region=world.cohort.region)
        teacher = lecturer(world.cohort.region)
        world.session.lecturers.add(Lecturer.objects.get(email=teacher.email))

        def counts() -> list[int]:
            return [queries(client, url("session", world), by=user) for user in (world.siv, world.boss, teacher, amina)]

        few = counts()
        world.crowd()
        assert counts() == few
        assert max(few) <= 12


def test_strangers_find_nothing(client: Client) -> None:
    session = CohortSessionFactory()
    client.force_login(World().siv)
    for name in ("edit_session", "check_session", "cancel_session"):
        assert client.get(reverse(f"sessions:{name}", args=[session.pk])).status_code == 404
    assert client.post(reverse("sessions:undo_change", args=[session.pk])).status_code == 404
    assert CohortSession.objects.get(pk=session.pk).revision == 1
    assert not Message.objects.filter(kind=CHANGED).exists()
