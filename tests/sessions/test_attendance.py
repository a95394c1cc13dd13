"""Marking attendance: what is written, what is logged, and who may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from participants.models import Participant
from sessions.actions import Marking, mark_register
from sessions.choices import Mark
from sessions.exceptions import AttendanceRefused
from sessions.models import Attendance, CohortSession, Lecturer
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    coordinator,
    lecturer,
    local,
    manager,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> CohortSession:
    """A session of today with three people who take part."""
    session = CohortSessionFactory(day=TODAY)
    EnrolmentFactory.create_batch(3, cohort=session.cohort)
    return session


def mark(*, participant: Participant, mark: Mark, minutes: int | None = None, **fields: Any) -> None:
    mark_register(markings={participant.pk: Marking(mark, minutes)}, **fields)


def mark_all_present(**fields: Any) -> int:
    return mark_register(markings={}, others=Mark.PRESENT, **fields)


def people(session: CohortSession) -> list[Participant]:
    return [enrolment.participant for enrolment in session.cohort.enrolments.order_by("applied")]


def marks(session: CohortSession) -> dict[Participant, str]:
    return {one.participant: one.mark for one in Attendance.objects.filter(session=session)}


def test_the_coordinator_marks_and_the_log_tells(session: CohortSession) -> None:
    by, someone = coordinator(session.cohort.region), people(session)[0]
    mark(session=session, participant=someone, mark=Mark.PARTIAL, minutes=120, by=by, now=NOW)
    attendance = Attendance.objects.get()
    assert (attendance.participant, attendance.mark, attendance.minutes) == (someone, Mark.PARTIAL, 120)
    assert (attendance.marked_by, attendance.marked) == (by, NOW)
    event = AuditEvent.objects.about(attendance).get()
    assert (event.action, event.actor, event.scope) == ("attendance.marked", by, session.cohort.region.pk)
    assert (event.before, event.after) == ({}, {"mark": "partial", "minutes": 120})


def test_a_correction_keeps_both_marks_in_the_log(session: CohortSession) -> None:
    by, someone = coordinator(session.cohort.region), people(session)[0]
    mark(session=session, participant=someone, mark=Mark.ABSENT, by=by, now=NOW)
    mark(session=session, participant=someone, mark=Mark.PRESENT, by=by, now=NOW + timedelta(days=90))
    event = AuditEvent.objects.get(action="attendance.corrected")
    assert (event.before["mark"], event.after["mark"]) == ("absent", "present")
    assert marks(session) == {someone: Mark.PRESENT}


def test_the_same_mark_twice_is_no_event(session: CohortSession) -> None:
    by, someone = coordinator(session.cohort.region), people(session)[0]
    for _time in range(2):
        mark(session=session, participant=someone, mark=Mark.PRESENT, by=by, now=NOW)
    assert AuditEvent.objects.count() == 1


def test_everyone_is_here_marks_only_the_unmarked(session: CohortSession) -> None:
    by, (first, second, third) = coordinator(session.cohort.region), people(session)
    mark(session=session, participant=second, mark=Mark.EXCUSED, by=by, now=NOW)
    assert mark_all_present(session=session, by=by, now=NOW) == 2
    assert marks(session) == {first: Mark.PRESENT, second: Mark.EXCUSED, third: Mark.PRESENT}
    assert mark_all_present(session=session, by=by, now=NOW) == 0


def test_a_whole_register_is_saved_or_nothing_of_it(session: CohortSession) -> None:
    by, (first, second, _third) = coordinator(session.cohort.region), people(session)
    wrong = {first.pk: Marking(Mark.PRESENT), second.pk: Marking(Mark.PARTIAL, minutes=9999)}
    with pytest.raises(AttendanceRefused):
        mark_register(session=session, markings=wrong, by=by, now=NOW)
    assert marks(session) == {}


def test_a_voided_mark_is_written_anew(session: CohortSession) -> None:
    by, someone = coordinator(session.cohort.region), people(session)[0]
    AttendanceFactory(session=session, participant=someone, mark=Mark.PRESENT, voided=NOW)
    mark(session=session, participant=someone, mark=Mark.PRESENT, by=by, now=NOW)
    assert Attendance.objects.valid().filter(participant=someone).exists()
    assert AuditEvent.objects.filter(action="attendance.marked").count() == 1


def test_nobody_marks_before_the_local_day_of_the_session_begins() -> None:
    session = CohortSessionFactory(day=TODAY)
    EnrolmentFactory(cohort=session.cohort)
    by = coordinator(session.cohort.region)
    midnight = local(TODAY, 0)
    with pytest.raises(AttendanceRefused):
        mark_all_present(session=session, by=by, now=midnight - timedelta(seconds=1))
    assert mark_all_present(session=session, by=by, now=midnight) == 1


def test_a_cancelled_session_has_no_register() -> None:
    session = CohortSessionFactory(day=TODAY, cancelled=True)
    EnrolmentFactory(cohort=session.cohort)
    with pytest.raises(AttendanceRefused):
        mark_all_present(session=session, by=coordinator(session.cohort.region), now=NOW)


@pytest.mark.parametrize("situation", ["waiting", "withdrawn"])
def test_only_those_who_take_part_are_marked(session: CohortSession, situation: str) -> None:
    outsider = EnrolmentFactory(cohort=session.cohort, **{situation: True}).participant
    by = coordinator(session.cohort.region)
    with pytest.raises(AttendanceRefused):
        mark(session=session, participant=outsider, mark=Mark.PRESENT, by=by, now=NOW)
    mark_all_present(session=session, by=by, now=NOW)
    assert outsider not in marks(session)


def test_a_mark_given_before_someone_left_can_still_be_corrected(session: CohortSession) -> None:
    left = EnrolmentFactory(cohort=session.cohort, withdrawn=True).participant
    AttendanceFactory(session=session, participant=left, mark=Mark.PRESENT)
    mark(session=session, participant=left, mark=Mark.ABSENT, by=coordinator(session.cohort.region), now=NOW)
    assert marks(session) == {left: Mark.ABSENT}


def test_a_lecturer_marks_her_own_sessions_only(session: CohortSession) -> None:
    her = lecturer(session.cohort.region)
    with pytest.raises(AttendanceRefused):
        mark_all_present(session=session, by=her, now=NOW)
    session.lecturers.add(Lecturer.objects.get(email=her.email))
    assert mark_all_present(session=session, by=her, now=NOW) == 3


def test_neither_managers_nor_other_regions_coordinators_mark(session: CohortSession) -> None:
    for user in (manager(session.cohort.enrolments.first().municipality), coordinator(CohortFactory().region)):
        with pytest.raises(AttendanceRefused):
            mark_all_present(session=session, by=user, now=NOW)


def test_a_mark_costs_two_queries(session: CohortSession, django_assert_max_num_queries: Any) -> None:
    by = coordinator(session.cohort.region)
    EnrolmentFactory.create_batch(22, cohort=session.cohort)
    with django_assert_max_num_queries(12 + 2 * 25):
        assert mark_all_present(session=session, by=by, now=NOW) == 25


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_savers_at_once_leave_one_mark_each_and_no_error() -> None:
    session = CohortSessionFactory(day=timezone.localdate())
    EnrolmentFactory.create_batch(5, cohort=session.cohort)
    by = coordinator(session.cohort.region)

    def save(_number: int) -> int:
        try:
            return mark_all_present(session=session, by=by, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(save, range(20))) == 5
    assert Attendance.objects.count() == AuditEvent.objects.count() == 5
