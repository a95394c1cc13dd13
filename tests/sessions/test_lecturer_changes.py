"""Who teaches a session is changed, told, shown and undone like when and where it is held."""

from collections.abc import Iterable

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Component

from sessions.actions import change_session, change_several, remove_lecturer, undo_change
from sessions.changing import several
from sessions.choices import News
from sessions.exceptions import PlanningRefused
from sessions.models import Change, CohortSession, Lecturer
from tests.factories import NOW, AttendanceFactory, LecturerFactory, VenueFactory, a_plain_tuesday
from tests.sessions.changing import World, change_of, send_all, waiting
from tests.sessions.test_telling import content_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def disa(world: World) -> Lecturer:
    lecturer: Lecturer = LecturerFactory(region=world.cohort.region, name="Disa Doktor-Exempel")
    return lecturer


def taught_by(world: World, lecturers: Iterable[Lecturer], **fields: object) -> CohortSession:
    session = world.session
    change = change_of(session, lecturers=list(lecturers), **fields)
    return change_session(session=session, version=session.version, change=change, by=world.siv, now=NOW)


def undo(world: World) -> Change:
    return undo_change(session=world.session, version=world.session.version, by=world.siv, now=NOW)


def lecturers_of(world: World) -> set[Lecturer]:
    return set(world.session.lecturers.all())


class TestUndoing:
    def test_puts_back_whom_it_took_off_and_tells_both_once_more(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [disa])
        send_all()
        undo(world)
        assert lecturers_of(world) == {world.lena}
        assert waiting() == {world.lena.email: 1, disa.email: 1}
        assert str(News.TEACHES.label) in content_for(world.lena.email).text
        assert str(News.TEACHES_NO_MORE.label) in content_for(disa.email).text

    def test_before_anything_was_sent_tells_nobody(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [disa])
        undo(world)
        assert lecturers_of(world) == {world.lena}
        assert not waiting()

    def test_raises_no_revision_so_that_those_who_come_are_left_alone(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [disa])
        undo(world)
        assert (world.session.revision, world.session.version) == (1, 3)

    def test_takes_back_the_move_and_the_lecturers_of_one_change_together(self, world: World, disa: Lecturer) -> None:
        before = world.session.standing
        taught_by(world, [disa], venue=VenueFactory(region=world.cohort.region))
        undo(world)
        assert (world.session.standing, lecturers_of(world)) == (before, {world.lena})

    def test_leaves_a_lecturer_who_has_said_yes_since(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [])
        world.session.lecturers.add(disa)
        undo(world)
        assert lecturers_of(world) == {world.lena, disa}

    def test_is_undone_in_its_turn(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [disa])
        undo(world)
        undo(world)
        assert lecturers_of(world) == {disa}

    def test_takes_back_the_latest_of_several(self, world: World, disa: Lecturer) -> None:
        world.move()
        moved = world.session.standing
        taught_by(world, [disa])
        undo(world)
        assert (world.session.standing, lecturers_of(world)) == (moved, {world.lena})

    def test_several_sessions_are_undone_as_one_unless_one_has_changed_again(
        self, world: World, disa: Lecturer
    ) -> None:
        rows = list(CohortSession.objects.with_details().filter(cohort=world.cohort))
        change_several(alterations=several.taught_instead(rows, lecturer=world.lena, by=disa), by=world.siv, now=NOW)
        undo(world)
        assert {lecturer for row in rows for lecturer in row.lecturers.all()} == {world.lena}
        undo(world)
        taught_by(world, [world.lena])
        other = CohortSession.objects.get(pk=rows[1].pk)
        with pytest.raises(PlanningRefused):
            undo_change(session=other, version=other.version, by=world.siv, now=NOW)

    def test_what_has_been_held_stays_as_it_was(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [disa])
        AttendanceFactory(session=world.session)
        with pytest.raises(PlanningRefused):
            undo(world)

    def test_a_lecturer_who_can_be_put_back_is_archived_not_deleted(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [disa])
        taught_by(world, [world.lena])
        assert remove_lecturer(lecturer=disa, by=world.siv, now=NOW)


class TestHerCalendar:
    """What is sent to the one who is taken off calls the session off, for her alone."""

    @staticmethod
    def event_for(address: str) -> tuple[str, Component]:
        [file] = content_for(address).attachments
        calendar = Calendar.from_ical(file.content)
        [event] = calendar.walk("VEVENT")
        return str(calendar["METHOD"]), event

    def test_is_rid_of_the_session_and_follows_it_when_she_comes_back(self, world: World, disa: Lecturer) -> None:
        world.move()
        send_all()
        taught_by(world, [disa])
        method, off = self.event_for(world.lena.email)
        assert (method, off["STATUS"], off["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
        assert off["SUMMARY"] == world.session.module.title  # it is held, without her
        assert off["ATTENDEE"] == f"mailto:{world.lena.email}"
        send_all()
        undo(world)
        method, on = self.event_for(world.lena.email)
        assert (method, on["STATUS"], on["SEQUENCE"], on["UID"]) == ("REQUEST", "CONFIRMED", 2, off["UID"])

    def test_of_one_who_replaces_her_has_it_as_it_is(self, world: World, disa: Lecturer) -> None:
        taught_by(world, [disa])
        method, event = self.event_for(disa.email)
        assert (method, event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)

    def test_is_told_of_each_of_several_in_a_file_of_its_own(self, world: World, disa: Lecturer) -> None:
        rows = list(CohortSession.objects.with_details().filter(cohort=world.cohort))
        change_several(alterations=several.taught_instead(rows, lecturer=world.lena, by=disa), by=world.siv, now=NOW)
        files = content_for(world.lena.email).attachments
        assert len({file.filename for file in files}) == 2
        assert all(b"METHOD:CANCEL" in file.content for file in files)


class TestTheSessionsPage:
    @pytest.fixture
    def world(self) -> World:
        """By the clock of the machine, which is the page's."""
        return World(today=a_plain_tuesday())

    def test_says_to_the_coordinator_who_came_for_whom_and_takes_it_back(
        self, client: Client, world: World, disa: Lecturer
    ) -> None:
        taught_by(world, [disa])
        client.force_login(world.siv)
        address = reverse("sessions:session", args=[world.session.pk])
        page = client.get(address)
        [step] = page.context["history"]
        assert (step.news, step.leaving, step.joining) == (None, [world.lena], [disa])
        assert f"{world.lena} → {disa}" in page.content.decode()
        client.post(reverse("sessions:undo_change", args=[world.session.pk]), {"version": world.session.version})
        assert lecturers_of(world) == {world.lena}

    def test_tells_others_of_the_move_before_it(self, client: Client, world: World, disa: Lecturer) -> None:
        world.move()
        taught_by(world, [disa])
        client.force_login(world.boss)
        page = client.get(reverse("sessions:session", args=[world.session.pk]))
        assert page.context["latest"].news == News.MOVED
        assert f"{world.lena} →" not in page.content.decode()
