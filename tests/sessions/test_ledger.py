"""Modules follow the person: any attendance in any cohort of the programme earns them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.actions import (
    ModuleDetails,
    add_module,
    begin_version,
    change_rule,
    fingerprint_of_draft,
    move_module,
    release_version,
    remove_module,
)
from cohorts.models import Cohort, Programme
from participants.actions import defer
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from sessions.attendance.ledger import Standing, standings
from sessions.choices import Mark, ProgressState, StepState
from sessions.models import CohortSession
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CohortFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    coordinator,
    local,
)

pytestmark = pytest.mark.django_db
FIRST_DAY = TODAY - timedelta(weeks=11)  # three sessions are held, six are to come


def session(cohort: Cohort, module: int) -> CohortSession:
    return cohort.sessions.get(module__number=module)


def attend(
    enrolment: Enrolment, module: int, mark: Mark = Mark.PRESENT, cohort: Cohort | None = None, **fields: object
) -> None:
    AttendanceFactory(
        session=session(cohort or enrolment.cohort, module), participant=enrolment.participant, mark=mark, **fields
    )


def standing(enrolment: Enrolment, now: datetime = NOW) -> Standing:
    return standings([enrolment], reader=None, now=now)[enrolment.pk]


def states(enrolment: Enrolment) -> list[StepState]:
    return [step.state for step in standing(enrolment).steps]


@pytest.fixture
def enrolment() -> Enrolment:
    return EnrolmentFactory(cohort=CohortFactory(sessions=FIRST_DAY))


def test_modules_in_order_each_with_its_state(enrolment: Enrolment) -> None:
    attend(enrolment, 1)
    attend(enrolment, 2, Mark.ABSENT)
    assert states(enrolment) == [StepState.EARNED, StepState.MISSED, StepState.UNMARKED] + [StepState.AHEAD] * 6


@pytest.mark.parametrize(
    ("mark", "earns"), [(Mark.PRESENT, True), (Mark.PARTIAL, True), (Mark.ABSENT, False), (Mark.EXCUSED, False)]
)
def test_which_marks_earn_a_module(enrolment: Enrolment, mark: Mark, earns: bool) -> None:
    attend(enrolment, 1, mark)
    assert standing(enrolment).progress.earned == earns


def test_a_voided_mark_earns_nothing(enrolment: Enrolment) -> None:
    attend(enrolment, 1, voided=NOW)
    assert states(enrolment)[0] == StepState.UNMARKED


def test_a_module_made_up_in_another_cohort_counts_on_the_day_it_was_attended(enrolment: Enrolment) -> None:
    other = CohortFactory(programme=enrolment.programme, sessions=FIRST_DAY + timedelta(weeks=1))
    attend(enrolment, 2, Mark.ABSENT)
    attend(enrolment, 2, Mark.PRESENT, cohort=other)
    step = standing(enrolment).steps[1]
    assert step.state == StepState.EARNED
    assert step.earned_elsewhere
    assert step.earned_on == FIRST_DAY + timedelta(weeks=5)


def test_attendance_follows_through_a_change_of_cohort(enrolment: Enrolment) -> None:
    attend(enrolment, 1)
    enrolment.status = EnrolmentStatus.WITHDRAWN
    enrolment.save()
    moved = EnrolmentFactory(
        cohort=CohortFactory(programme=enrolment.programme, sessions=TODAY + timedelta(weeks=20)),
        participant=enrolment.participant,
        employment=enrolment.employment,
        municipality=enrolment.municipality,
    )
    assert standing(moved).progress.earned == 1


class TestVersionsOfTheProgramme:
    """A second version has Modul 9 in the second place, a new module at its end, and Modul 1 no more."""

    @pytest.fixture
    def later(self, enrolment: Enrolment) -> Cohort:
        """A cohort that follows the second version."""
        programme = Programme.objects.get(pk=enrolment.programme_id)
        siv = coordinator(programme.region)
        begin_version(programme=programme, by=siv, now=NOW)
        new = ModuleDetails("Barnets rättigheter", "", Decimal(6), 9, "", "")
        add_module(programme=programme, details=new, by=siv, now=NOW)
        for number in range(9, 2, -1):
            ninth = programme.modules_of(2).get(title="Modul 9")
            move_module(module=ninth, number=number, up=True, by=siv, now=NOW)
        remove_module(module=programme.modules_of(2).get(title="Modul 1"), by=siv, now=NOW)
        programme.refresh_from_db()
        change_rule(programme=programme, required=9, seen=8, by=siv, now=NOW)
        programme.refresh_from_db()
        seen = fingerprint_of_draft(programme)
        programme = release_version(programme=programme, seen=seen, by=siv, now=NOW)
        cohort: Cohort = CohortFactory(
            programme=programme, programme_version=2, sessions=FIRST_DAY + timedelta(weeks=1)
        )
        return cohort

    def test_a_running_cohort_keeps_its_modules_and_its_rule(self, enrolment: Enrolment, later: Cohort) -> None:
        fresh = Enrolment.objects.select_related("cohort__programme", "programme").get(pk=enrolment.pk)
        assert [step.module.title for step in standing(fresh).steps] == [f"Modul {number}" for number in range(1, 10)]
        assert (standing(fresh).progress.total, standing(fresh).progress.required) == (9, 8)
        other = EnrolmentFactory(cohort=later)
        assert (standing(other).progress.total, standing(other).progress.required) == (9, 9)

    def test_a_module_is_made_up_in_a_cohort_of_another_version(self, enrolment: Enrolment, later: Cohort) -> None:
        ninth = later.sessions.get(module__title="Modul 9")
        assert ninth.module.number == 1
        AttendanceFactory(session=ninth, participant=enrolment.participant)
        step = standing(enrolment).steps[8]
        assert (step.module.title, step.state, step.earned_elsewhere) == ("Modul 9", StepState.EARNED, True)

    def test_so_is_one_the_other_way_round(self, enrolment: Enrolment, later: Cohort) -> None:
        moved = EnrolmentFactory(cohort=later)
        AttendanceFactory(session=session(enrolment.cohort, 2), participant=moved.participant)
        earned = [step.module.title for step in standing(moved).steps if step.state == StepState.EARNED]
        assert earned == ["Modul 2"]

    def test_who_is_deferred_to_it_keeps_what_she_has_earned_of_the_modules_that_it_has(
        self, enrolment: Enrolment, later: Cohort
    ) -> None:
        for number in (1, 2, 3):
            attend(enrolment, number)
        moved = defer(enrolment=enrolment, to=later, by=coordinator(later.region), now=NOW, reason="Ledig.")
        moved = Enrolment.objects.select_related("cohort__programme").get(pk=moved.pk)
        earned = [step.module.title for step in standing(moved).steps if step.state == StepState.EARNED]
        assert earned == ["Modul 2", "Modul 3"]
        assert (standing(moved).progress.earned, standing(moved).progress.required) == (2, 9)

    def test_what_only_another_version_has_counts_for_nothing(self, enrolment: Enrolment, later: Cohort) -> None:
        AttendanceFactory(
            session=later.sessions.get(module__title="Barnets rättigheter"), participant=enrolment.participant
        )
        assert standing(enrolment).progress.earned == 0

    def test_coming_sessions_of_every_version_can_help(self, enrolment: Enrolment, later: Cohort) -> None:
        for number in (1, 2):
            attend(enrolment, number, Mark.ABSENT)
        later.sessions.filter(module__title="Modul 2").update(
            starts=NOW + timedelta(days=7), ends=NOW + timedelta(days=7, hours=7)
        )
        progress = standing(enrolment).progress
        assert (progress.missing, progress.recoverable) == ((1, 2), (2,))


def test_attendance_in_another_programme_earns_nothing_here(enrolment: Enrolment) -> None:
    course = CohortFactory(programme=ProgrammeFactory(region=enrolment.programme.region, modules=5), sessions=FIRST_DAY)
    attend(enrolment, 1, cohort=course)
    assert standing(enrolment).progress.earned == 0


def test_the_day_is_the_local_one(enrolment: Enrolment) -> None:
    late = session(enrolment.cohort, 1)
    CohortSession.objects.filter(pk=late.pk).update(starts=local(FIRST_DAY, 0), ends=local(FIRST_DAY, 3))
    attend(enrolment, 1)
    assert standing(enrolment).steps[0].earned_on == FIRST_DAY


def test_at_risk_while_another_cohort_can_help_and_lost_when_none_can(enrolment: Enrolment) -> None:
    for module in (1, 2):
        attend(enrolment, module, Mark.ABSENT)
    attend(enrolment, 3)
    assert standing(enrolment).progress.state == ProgressState.CANNOT_COMPLETE
    other = CohortFactory(programme=enrolment.programme, sessions=TODAY + timedelta(weeks=1))
    progress = standing(enrolment).progress
    assert progress.state == ProgressState.AT_RISK
    assert progress.missing == progress.recoverable == (1, 2)
    other.sessions.update(starts=NOW - timedelta(hours=9), ends=NOW - timedelta(hours=2))
    assert standing(enrolment).progress.state == ProgressState.CANNOT_COMPLETE


def test_a_draft_of_a_cohort_helps_nobody(enrolment: Enrolment) -> None:
    for module in (1, 2):
        attend(enrolment, module, Mark.ABSENT)
    CohortFactory(programme=enrolment.programme, sessions=TODAY + timedelta(weeks=1), draft=True)
    assert standing(enrolment).progress.state == ProgressState.CANNOT_COMPLETE


def test_a_session_held_but_not_marked_holds_nobody_back(enrolment: Enrolment) -> None:
    assert standing(enrolment, now=NOW + timedelta(days=365)).progress.state == ProgressState.ON_TRACK


def test_the_number_of_queries_does_not_grow() -> None:
    cohort = CohortFactory(sessions=FIRST_DAY)

    def queries(people: int) -> int:
        for enrolment in EnrolmentFactory.create_batch(people, cohort=cohort):
            attend(enrolment, 1)
        enrolments = list(cohort.enrolments.select_related("programme"))
        with CaptureQueriesContext(connection) as found:
            standings(enrolments, reader=None, now=NOW)
        return len(found)

    assert queries(people=1) == queries(people=20) == 3
