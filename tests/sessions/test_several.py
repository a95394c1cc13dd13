"""Several sessions at once: a lecturer falls ill, the rest of a cohort is shifted; one message for each person."""

from datetime import UTC, date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.clock import local_date
from messaging import kinds
from messaging.choices import State
from messaging.models import Message
from sessions.actions import cancel_session, change_several, undo_change
from sessions.changing import several
from sessions.changing.alterations import Alteration
from sessions.choices import News
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import Change, CohortSession
from sessions.rules.days import problem_with
from tests.factories import (
    NOW,
    AttendanceFactory,
    BlockedPeriodFactory,
    CohortSessionFactory,
    LecturerFactory,
    UnavailabilityFactory,
    a_plain_tuesday,
    coordinator,
)
from tests.sessions.changing import CHANGED, World, waiting
from tests.sessions.test_change_views import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def sessions_of(world: World) -> list[CohortSession]:
    return list(CohortSession.objects.with_details().filter(cohort=world.cohort))


def change(world: World, alterations: list[Alteration]) -> Change | None:
    return change_several(alterations=alterations, by=world.siv, now=NOW)


class TestAsOneDecision:
    def test_each_person_gets_one_message_about_all_of_them(self, world: World) -> None:
        change(world, several.moved(sessions_of(world), days=7))
        assert waiting() == dict.fromkeys(world.everyone, 1)
        text = kinds.get(CHANGED).render(Message.objects.get(recipient=world.lena.email)).text
        for session in sessions_of(world):
            assert session.module.title in text
            assert f"/tillfallen/{session.pk}/" in text

    def test_it_is_one_change_and_undone_as_one(self, world: World) -> None:
        before = [session.standing for session in sessions_of(world)]
        change(world, several.moved(sessions_of(world), days=7))
        session = sessions_of(world)[0]
        assert Change.objects.get().revisions.count() == 2
        undo_change(session=session, version=session.version, by=world.siv, now=NOW)
        assert [session.standing for session in sessions_of(world)] == before
        assert not waiting()

    def test_it_is_not_undone_if_one_of_them_was_changed_since(self, world: World) -> None:
        change(world, several.moved(sessions_of(world), days=7))
        first, second = sessions_of(world)
        cancel_session(session=second, version=second.version, by=world.siv, now=NOW)
        with pytest.raises(PlanningRefused):
            undo_change(session=first, version=first.version, by=world.siv, now=NOW)

    def test_what_waits_of_both_is_said_in_the_newest_message(self, world: World) -> None:
        change(world, several.moved(sessions_of(world), days=7))
        session = world.move(days=1)
        assert waiting() == dict.fromkeys(world.everyone, 1)
        message = Message.objects.get(recipient=world.lena.email, state=State.QUEUED)
        steps = {message.refs[f"session:{one.pk}"] for one in sessions_of(world)}
        assert (session.revision, steps) == (3, {"1-3", "1-2"})

    def test_all_of_them_or_none(self, world: World) -> None:
        alterations = several.moved(sessions_of(world), days=7)
        AttendanceFactory(session=world.sessions[1])
        with pytest.raises(PlanningRefused):
            change(world, alterations)
        assert world.session.revision == 1
        assert not Message.objects.exists()

    def test_who_comes_second_is_told(self, world: World) -> None:
        alterations = several.moved(sessions_of(world), days=7)
        world.move()
        with pytest.raises(ChangedMeanwhile):
            change(world, alterations)

    def test_another_regions_sessions_and_lecturers_are_out_of_reach(self, world: World) -> None:
        stranger = LecturerFactory()
        for by, alterations in (
            (coordinator(stranger.region), several.moved(sessions_of(world), days=7)),
            (world.siv, several.taught_instead(sessions_of(world), lecturer=world.lena, by=stranger)),
        ):
            with pytest.raises(PlanningRefused):
                change_several(alterations=alterations, by=by, now=NOW)


class TestWhatBecomesOfThem:
    def test_hours_are_the_same_by_the_wall_clock_across_summer_time(self, world: World) -> None:
        session = CohortSessionFactory(cohort=world.cohort, day=date(2026, 10, 20))
        [alteration] = several.moved([session], days=7)
        assert timezone.localtime(alteration.after.starts).hour == timezone.localtime(session.starts).hour
        assert alteration.after.starts.astimezone(UTC) - session.starts.astimezone(UTC) == timedelta(days=7, hours=1)

    def test_another_lecturer_takes_over_and_only_the_two_are_told(self, world: World) -> None:
        disa = LecturerFactory(region=world.cohort.region)
        change(world, several.taught_instead(sessions_of(world), lecturer=world.lena, by=disa))
        assert all(list(session.lecturers.all()) == [disa] for session in sessions_of(world))
        assert waiting() == {world.lena.email: 1, disa.email: 1}

    def test_all_are_cancelled(self, world: World) -> None:
        change(world, several.cancelled(sessions_of(world)))
        assert all(session.is_cancelled for session in sessions_of(world))
        text = kinds.get(CHANGED).render(Message.objects.get(recipient=world.boss.email)).text
        assert text.count(str(News.CANCELLED.label)) >= 2

    def test_a_free_day_suits_and_has_nothing_in_the_way(self, world: World) -> None:
        first, second = sessions_of(world)
        region = world.cohort.region
        tomorrow = first.day + timedelta(days=1)
        UnavailabilityFactory(lecturer=world.lena, first=tomorrow)
        BlockedPeriodFactory(region=region, first=tomorrow + timedelta(days=1))
        busy = CohortSessionFactory(cohort__programme__region=region, day=tomorrow + timedelta(days=6))
        busy.lecturers.add(world.lena)
        alterations = several.on_free_days([first, second]).alterations
        days = [local_date(one.after.starts) for one in alterations]
        assert len(set(days)) == 2
        assert all(day > session.day for day, session in zip(days, (first, second), strict=True))
        assert all(problem_with(day) is None for day in days)
        assert not {tomorrow, tomorrow + timedelta(days=1), busy.day} & set(days)

    def test_dates_are_proposed_anew_in_the_order_of_the_modules(self, world: World) -> None:
        tuesday = date(2026, 9, 8)
        alterations = several.proposed_anew(sessions_of(world), first=tuesday).alterations
        assert [local_date(one.after.starts) for one in alterations] == [tuesday, date(2026, 10, 13)]


class TestPages:
    @pytest.fixture
    def world(self, client: Client) -> World:
        world = World(today=a_plain_tuesday() - timedelta(weeks=5))
        client.force_login(world.siv)
        return world

    def test_an_ill_lecturers_sessions_are_chosen_by_her_name(self, client: Client, world: World) -> None:
        page = client.get(reverse("sessions:change_several"), {"lecturer": str(world.lena.pk)})
        assert page.context["sessions"] == sessions_of(world)
        assert set(page.context["form"]["session"].value()) == {str(session.pk) for session in sessions_of(world)}

    def test_what_follows_is_seen_before_it_is_saved_at_once(self, client: Client, world: World) -> None:
        query = {"session": [str(session.pk) for session in sessions_of(world)], "what": "move", "days": "7"}
        url = reverse("sessions:change_several", query=query)
        page = client.get(url)
        consequences = page.context["consequences"]
        assert len(consequences.people) == len(world.everyone)
        assert client.post(url, {"seen": ""}).status_code == 422
        assert not waiting()
        response = client.post(url, {"seen": consequences.token, "sentence": "Lena är sjuk."})
        assert response.status_code == 302
        assert waiting() == dict.fromkeys(world.everyone, 1)
        assert Change.objects.get().sentence == "Lena är sjuk."

    def test_what_changed_since_must_be_seen_again(self, client: Client, world: World) -> None:
        query = {"session": [str(session.pk) for session in sessions_of(world)], "what": "cancel"}
        url = reverse("sessions:change_several", query=query)
        seen = client.get(url).context["consequences"].token
        world.move(now=timezone.now())
        assert client.post(url, {"seen": seen}).status_code == 422
        assert not world.session.is_cancelled

    @pytest.mark.parametrize(
        ("answers", "field"),
        [
            ({"what": "move", "days": ""}, "days"),
            ({"what": "replace"}, "gone"),
            ({"what": "fly"}, "what"),
            ({"see": "1"}, "what"),
            ({"what": "cancel", "session": "nonsense"}, "session"),
        ],
    )
    def test_a_missing_answer_is_asked_for(
        self, client: Client, world: World, answers: dict[str, str], field: str
    ) -> None:
        page = client.get(
            reverse("sessions:change_several"),
            {"session": str(world.session.pk), "lecturer": str(world.lena.pk)} | answers,
        )
        assert page.status_code == 422
        assert field in page.context["form"].errors

    def test_the_rest_of_a_cohort_is_shifted_by_weeks(self, client: Client, world: World) -> None:
        first, second = sessions_of(world)
        query = {"since": str(second.pk), "way": "weeks", "weeks": "1"}
        url = reverse("sessions:shift_cohort", args=[world.cohort.pk], query=query)
        seen = client.get(url).context["consequences"].token
        assert client.post(url, {"seen": seen}).status_code == 302
        assert [session.day for session in sessions_of(world)] == [first.day, second.day + timedelta(days=7)]

    def test_or_proposed_anew(self, client: Client, world: World) -> None:
        first, _second = sessions_of(world)
        tuesday = first.day + timedelta(days=28)
        query = {"since": str(first.pk), "way": "anew", "first": tuesday.isoformat()}
        url = reverse("sessions:shift_cohort", args=[world.cohort.pk], query=query)
        client.post(url, {"seen": client.get(url).context["consequences"].token})
        assert sessions_of(world)[0].day == tuesday

    def test_the_number_of_queries_does_not_grow_with_sessions(self, client: Client, world: World) -> None:
        def count(*sessions: CohortSession) -> int:
            query = {"session": [str(session.pk) for session in sessions], "what": "free"}
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse("sessions:change_several", query=query)).status_code == 200
            return len(queries)

        first, second = sessions_of(world)
        third = CohortSessionFactory(cohort=world.cohort, day=second.day + timedelta(weeks=4))
        assert count(first, second) == count(first, second, third)

    @pytest.mark.parametrize("answers", [{"what": "move", "days": "7"}, {"what": "free"}, {"what": "cancel"}])
    def test_nor_with_people_clashes_or_municipalities(
        self, client: Client, world: World, answers: dict[str, str]
    ) -> None:
        query = {"session": [str(session.pk) for session in world.sessions]} | answers
        url = reverse("sessions:change_several", query=query)
        world.crowd()
        few = queries(client, url, by=world.siv)
        world.crowd()
        assert queries(client, url, by=world.siv) == few

    @pytest.mark.parametrize("way", ["weeks", "anew"])
    def test_nor_does_that_of_a_shift(self, client: Client, world: World, way: str) -> None:
        first = world.session.day + timedelta(days=1)
        query = {"since": str(world.session.pk), "way": way, "weeks": "1", "first": first.isoformat()}
        url = reverse("sessions:shift_cohort", args=[world.cohort.pk], query=query)
        world.crowd()
        few = queries(client, url, by=world.siv)
        world.crowd()
        assert queries(client, url, by=world.siv) == few
