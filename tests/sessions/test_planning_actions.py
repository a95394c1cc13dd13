"""Planning, publishing, changing and cancelling: what is written, who may, and what is refused."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from audit.models import AuditEvent
from cohorts.choices import CohortStatus
from cohorts.models import Cohort, Programme
from sessions.actions import (
    CohortDetails,
    PlannedSession,
    SessionChange,
    cancel_session,
    change_cohort,
    change_session,
    discard_cohort,
    plan_cohort,
    publish_cohort,
    save_lecturer,
    save_venue,
    seen_of,
)
from sessions.choices import SessionStatus
from sessions.exceptions import ChangedMeanwhile, PlanningRefused
from sessions.models import CohortSession, Lecturer
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    MunicipalityFactory,
    ProgrammeFactory,
    SeatAllocationFactory,
    VenueFactory,
    coordinator,
    local,
)

pytestmark = pytest.mark.django_db
FIRST = TODAY + timedelta(weeks=8)


def details(**fields: object) -> CohortDetails:
    defaults = {
        "name": "VT 2026 A",
        "capacity": 25,
        "applications_open": TODAY,
        "applications_close": FIRST - timedelta(days=28),
    }
    return CohortDetails(**(defaults | fields))  # type: ignore[arg-type]


def planned(programme: Programme) -> list[PlannedSession]:
    days = [FIRST + timedelta(weeks=4 * step) for step in range(programme.modules.count())]
    return [
        PlannedSession(module, local(day, 9), local(day, 16))
        for module, day in zip(programme.modules.order_by("number"), days, strict=True)
    ]


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


def plans(session: CohortSession) -> User:
    """A coordinator of the session's region."""
    return coordinator(session.cohort.programme.region)


def moved(session: CohortSession, *, days: int = 7) -> dict[str, object]:
    return {"starts": session.starts + timedelta(days=days), "ends": session.ends + timedelta(days=days)}


class TestPlanning:
    def test_a_draft_has_all_its_sessions_and_the_seats_kept_for_municipalities(self) -> None:
        programme = ProgrammeFactory()
        lund = MunicipalityFactory(region=programme.region)
        cohort = plan_cohort(
            programme=programme,
            details=details(seats={lund: 3}),
            sessions=planned(programme),
            by=coordinator(programme.region),
            now=NOW,
        )
        assert cohort.status == CohortStatus.DRAFT
        assert cohort.sessions.count() == 9
        assert [(kept.municipality, kept.seats) for kept in cohort.seat_allocations.all()] == [(lund, 3)]

    def test_it_is_logged(self) -> None:
        programme = ProgrammeFactory(modules=1)
        siv = coordinator(programme.region)
        cohort = plan_cohort(programme=programme, details=details(), sessions=planned(programme), by=siv, now=NOW)
        event = AuditEvent.objects.about(cohort).get()
        assert (event.action, event.actor, event.scope) == ("cohort.planned", siv, programme.region_id)

    def test_a_session_has_its_venue_and_lecturers(self) -> None:
        programme = ProgrammeFactory(modules=1)
        venue, lena = VenueFactory(region=programme.region), LecturerFactory(region=programme.region)
        [session] = planned(programme)
        cohort = plan_cohort(
            programme=programme,
            details=details(),
            sessions=[PlannedSession(session.module, session.starts, session.ends, venue, [lena])],
            by=coordinator(programme.region),
            now=NOW,
        )
        saved = cohort.sessions.get()
        assert (saved.venue, list(saved.lecturers.all())) == (venue, [lena])

    def test_another_regions_coordinator_is_refused(self) -> None:
        programme = ProgrammeFactory(modules=1)
        outsider = coordinator(ProgrammeFactory(modules=1).region)
        with pytest.raises(PlanningRefused):
            plan_cohort(programme=programme, details=details(), sessions=planned(programme), by=outsider, now=NOW)

    def test_nothing_may_belong_to_another_region(self) -> None:
        programme = ProgrammeFactory(modules=1)
        siv = coordinator(programme.region)
        [session] = planned(programme)
        elsewhere = [
            (details(seats={MunicipalityFactory(): 1}), session),
            (details(), PlannedSession(session.module, session.starts, session.ends, VenueFactory())),
            (details(), PlannedSession(session.module, session.starts, session.ends, None, [LecturerFactory()])),
            (details(), PlannedSession(session.module, session.starts, session.ends, followed=CohortSessionFactory())),
        ]
        for their_details, their_session in elsewhere:
            with pytest.raises(PlanningRefused):
                plan_cohort(programme=programme, details=their_details, sessions=[their_session], by=siv, now=NOW)
        assert not programme.cohorts.exists()

    def test_more_seats_than_there_are_cant_be_kept(self) -> None:
        programme = ProgrammeFactory(modules=1)
        lund = MunicipalityFactory(region=programme.region)
        with pytest.raises(PlanningRefused):
            plan_cohort(
                programme=programme,
                details=details(capacity=2, seats={lund: 3}),
                sessions=planned(programme),
                by=coordinator(programme.region),
                now=NOW,
            )

    def test_a_name_is_given_once_in_a_programme(self) -> None:
        cohort = CohortFactory(name="VT 2026 A")
        with pytest.raises(PlanningRefused):
            plan_cohort(
                programme=cohort.programme,
                details=details(name="VT 2026 A"),
                sessions=[],
                by=coordinator(cohort.region),
                now=NOW,
            )

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_plan_under_one_name_at_once_the_second_is_refused(self) -> None:
        programme = ProgrammeFactory(modules=1)
        siv = coordinator(programme.region)
        sessions = planned(programme)
        barrier, outcomes = Barrier(2), []

        def plan() -> None:
            barrier.wait()
            try:
                plan_cohort(programme=programme, details=details(), sessions=sessions, by=siv, now=NOW)
                outcomes.append("planned")
            except PlanningRefused:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [Thread(target=plan) for _time in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["planned", "refused"]
        assert Cohort.objects.count() == 1


class TestPublishing:
    def draft(self) -> Cohort:
        return CohortFactory(
            draft=True, applications_close=FIRST - timedelta(days=28), programme__modules=3, sessions=FIRST
        )

    def test_a_draft_becomes_public_and_the_log_says_who_did_it(self) -> None:
        cohort = self.draft()
        siv = coordinator(cohort.region)
        published = publish_cohort(cohort=cohort, by=siv, now=NOW)
        assert (published.status, published.published) == (CohortStatus.PUBLISHED, NOW)
        assert AuditEvent.objects.about(cohort).get().action == "cohort.published"

    def test_a_cohort_is_published_once(self) -> None:
        cohort = self.draft()
        siv = coordinator(cohort.region)
        publish_cohort(cohort=cohort, by=siv, now=NOW)
        with pytest.raises(PlanningRefused):
            publish_cohort(cohort=cohort, by=siv, now=NOW)

    def test_a_cancelled_session_leaves_its_module_without_one(self) -> None:
        cohort = self.draft()
        cohort.sessions.filter(module__number=3).update(status=SessionStatus.CANCELLED)
        with pytest.raises(PlanningRefused):
            publish_cohort(cohort=cohort, by=coordinator(cohort.region), now=NOW)

    def test_another_regions_coordinator_is_refused(self) -> None:
        with pytest.raises(PlanningRefused):
            publish_cohort(cohort=self.draft(), by=coordinator(CohortFactory().region), now=NOW)


class TestDiscardingADraft:
    def test_it_goes_with_its_sessions_and_the_log_keeps_its_name(self) -> None:
        cohort = CohortFactory(draft=True, programme__modules=3, sessions=FIRST)
        SeatAllocationFactory(cohort=cohort)
        key, name = cohort.pk, cohort.name
        discard_cohort(cohort=cohort, by=coordinator(cohort.region), now=NOW)
        assert not Cohort.objects.filter(pk=key).exists()
        assert not CohortSession.objects.filter(cohort=key).exists()
        event = AuditEvent.objects.get(target_id=key)
        assert (event.action, event.before) == ("cohort.discarded", {"name": name, "sessions": 3})

    def test_what_is_published_stays(self) -> None:
        cohort = CohortFactory()
        with pytest.raises(PlanningRefused):
            discard_cohort(cohort=cohort, by=coordinator(cohort.region), now=NOW)
        assert Cohort.objects.filter(pk=cohort.pk).exists()

    def test_what_somebody_was_ever_enrolled_in_stays(self) -> None:
        cohort = EnrolmentFactory(cohort__draft=True, withdrawn=True).cohort
        with pytest.raises(PlanningRefused):
            discard_cohort(cohort=cohort, by=coordinator(cohort.region), now=NOW)
        assert Cohort.objects.filter(pk=cohort.pk).exists()

    def test_another_regions_coordinator_is_refused(self) -> None:
        cohort = CohortFactory(draft=True)
        with pytest.raises(PlanningRefused):
            discard_cohort(cohort=cohort, by=coordinator(CohortFactory().region), now=NOW)


class TestChangingACohort:
    def test_its_details_are_replaced_and_the_log_has_both(self) -> None:
        cohort = CohortFactory()
        lund = MunicipalityFactory(region=cohort.region)
        change_cohort(
            cohort=cohort, details=details(name="Ny", seats={lund: 2}), by=coordinator(cohort.region), now=NOW
        )
        cohort.refresh_from_db()
        assert (cohort.name, cohort.seat_allocations.get().seats) == ("Ny", 2)
        event = AuditEvent.objects.about(cohort).get()
        assert (event.before["seats"], event.after["seats"]) == ({}, {lund.code: 2})

    def test_a_municipality_without_seats_is_taken_off_the_list(self) -> None:
        cohort = CohortFactory()
        siv = coordinator(cohort.region)
        lund = MunicipalityFactory(region=cohort.region)
        change_cohort(cohort=cohort, details=details(seats={lund: 2}), by=siv, now=NOW)
        change_cohort(cohort=cohort, details=details(), by=siv, now=NOW)
        assert not cohort.seat_allocations.exists()

    def test_saving_what_is_already_so_is_no_event(self) -> None:
        cohort = CohortFactory()
        siv = coordinator(cohort.region)
        lund = MunicipalityFactory(region=cohort.region)
        for _time in range(2):
            change_cohort(cohort=cohort, details=details(seats={lund: 2}), by=siv, now=NOW)
        assert AuditEvent.objects.about(cohort).count() == 1

    def test_seats_that_are_taken_cant_be_removed(self) -> None:
        cohort = CohortFactory()
        EnrolmentFactory.create_batch(3, cohort=cohort)
        EnrolmentFactory(cohort=cohort, waiting=True)
        siv = coordinator(cohort.region)
        with pytest.raises(PlanningRefused):
            change_cohort(cohort=cohort, details=details(capacity=2), by=siv, now=NOW)
        assert change_cohort(cohort=cohort, details=details(capacity=3), by=siv, now=NOW).capacity == 3


class TestChangingASession:
    def test_a_new_time_raises_revision_and_version(self) -> None:
        session = CohortSessionFactory()
        changed = change_session(
            session=session, version=1, change=change_of(session, **moved(session)), by=plans(session), now=NOW
        )
        assert (changed.revision, changed.version) == (2, 2)
        assert changed.starts == session.starts + timedelta(days=7)

    def test_so_does_a_new_place(self) -> None:
        session = CohortSessionFactory()
        venue = VenueFactory(region=session.cohort.region)
        change = change_of(session, venue=venue)
        assert change_session(session=session, version=1, change=change, by=plans(session), now=NOW).revision == 2

    def test_a_new_lecturer_is_no_reason_to_remind_anew(self) -> None:
        session = CohortSessionFactory()
        lena = LecturerFactory(region=session.cohort.region)
        change = change_of(session, lecturers=[lena])
        changed = change_session(session=session, version=1, change=change, by=plans(session), now=NOW)
        assert (changed.revision, changed.version) == (1, 2)
        assert list(changed.lecturers.all()) == [lena]

    def test_saving_what_is_already_so_changes_nothing(self) -> None:
        session = CohortSessionFactory()
        changed = change_session(session=session, version=1, change=change_of(session), by=plans(session), now=NOW)
        assert (changed.revision, changed.version) == (1, 1)
        assert not AuditEvent.objects.about(session).exists()

    def test_who_comes_second_is_told_and_overwrites_nothing(self) -> None:
        session = CohortSessionFactory()
        siv = plans(session)
        change_session(session=session, version=1, change=change_of(session, **moved(session)), by=siv, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            change_session(
                session=session, version=1, change=change_of(session, **moved(session, days=14)), by=siv, now=NOW
            )
        stored = CohortSession.objects.get(pk=session.pk)
        assert stored.starts == session.starts + timedelta(days=7)

    def test_what_has_been_held_is_not_moved_but_its_lecturer_can_be_corrected(self) -> None:
        session = CohortSessionFactory()
        AttendanceFactory(session=session)
        siv = plans(session)
        with pytest.raises(PlanningRefused):
            change_session(session=session, version=1, change=change_of(session, **moved(session)), by=siv, now=NOW)
        change = change_of(session, lecturers=[LecturerFactory(region=session.cohort.region)])
        assert change_session(session=session, version=1, change=change, by=siv, now=NOW).version == 2

    def test_a_venue_or_lecturer_of_another_region_is_refused(self) -> None:
        session = CohortSessionFactory()
        siv = plans(session)
        for foreign in ({"venue": VenueFactory()}, {"lecturers": [LecturerFactory()]}):
            with pytest.raises(PlanningRefused):
                change_session(session=session, version=1, change=change_of(session, **foreign), by=siv, now=NOW)

    def test_another_regions_coordinator_is_refused(self) -> None:
        session = CohortSessionFactory()
        outsider = plans(CohortSessionFactory())
        with pytest.raises(PlanningRefused):
            change_session(session=session, version=1, change=change_of(session), by=outsider, now=NOW)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_save_at_once_one_wins_and_the_other_is_told(self) -> None:
        session = CohortSessionFactory()
        siv = plans(session)
        changes = [change_of(session, **moved(session, days=days)) for days in (7, 14)]
        barrier, outcomes = Barrier(2), []

        def save(change: SessionChange) -> None:
            barrier.wait()
            try:
                change_session(session=session, version=1, change=change, by=siv, now=NOW)
                outcomes.append("saved")
            except ChangedMeanwhile:
                outcomes.append("told")
            finally:
                connection.close()

        threads = [Thread(target=save, args=[change]) for change in changes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["saved", "told"]
        assert CohortSession.objects.get(pk=session.pk).version == 2


class TestCancelling:
    def test_a_cancelled_session_has_a_new_revision_and_stays(self) -> None:
        session = CohortSessionFactory()
        cancelled = cancel_session(session=session, version=1, by=plans(session), now=NOW)
        assert (cancelled.is_cancelled, cancelled.revision) == (True, 2)
        assert AuditEvent.objects.about(session).get().action == "session.cancelled"

    def test_it_can_be_neither_cancelled_again_nor_changed(self) -> None:
        session = CohortSessionFactory(cancelled=True)
        siv = plans(session)
        with pytest.raises(PlanningRefused):
            cancel_session(session=session, version=1, by=siv, now=NOW)
        with pytest.raises(PlanningRefused):
            change_session(session=session, version=1, change=change_of(session, **moved(session)), by=siv, now=NOW)

    def test_in_a_draft_nothing_is_cancelled_since_it_needs_all_its_sessions(self) -> None:
        session = CohortSessionFactory(cohort=CohortFactory(draft=True))
        with pytest.raises(PlanningRefused):
            cancel_session(session=session, version=1, by=plans(session), now=NOW)

    def test_what_has_been_held_cant_be_cancelled(self) -> None:
        session = CohortSessionFactory()
        AttendanceFactory(session=session)
        with pytest.raises(PlanningRefused):
            cancel_session(session=session, version=1, by=plans(session), now=NOW)


class TestRegisters:
    def test_a_lecturers_address_is_kept_in_lower_case(self) -> None:
        lena = LecturerFactory.build(region=VenueFactory().region, email="Lena.Lektor@Example.org")
        save_lecturer(lecturer=lena, by=coordinator(lena.region), now=NOW)
        assert Lecturer.objects.get(pk=lena.pk).email == "lena.lektor@example.org"

    def test_what_is_added_and_changed_is_logged(self) -> None:
        venue = VenueFactory.build(region=ProgrammeFactory(modules=1).region)
        siv = coordinator(venue.region)
        save_venue(venue=venue, by=siv, now=NOW)
        seen = seen_of(venue)
        venue.name = "Stora salen"
        save_venue(venue=venue, seen=seen, by=siv, now=NOW)
        assert sorted(AuditEvent.objects.about(venue).values_list("action", flat=True)) == [
            "venue.added",
            "venue.changed",
        ]

    def test_another_regions_register_is_out_of_reach(self) -> None:
        with pytest.raises(PlanningRefused):
            save_venue(venue=VenueFactory(), by=coordinator(ProgrammeFactory(modules=1).region), now=NOW)
