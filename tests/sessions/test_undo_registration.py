"""Undoing a wrong registration: what goes, what stays, what stands in the way."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from cohorts.models import Cohort
from messaging import kinds
from messaging.actions.queue import materialise
from messaging.models import Message
from participants.actions import defer, enrol, transfer, withdraw
from participants.actions.transfer import Workplace
from participants.choices import EnrolmentStatus
from participants.exceptions import EnrolmentRefused
from participants.models import Employment, Enrolment, Participant
from regions.models import Municipality
from sessions.actions import undo_registration
from sessions.actions.mark import Marking, mark_register
from sessions.choices import Mark
from sessions.exceptions import AttendanceRefused
from sessions.models import Attendance, CohortSession
from tests.factories import (
    NOW,
    TODAY,
    AttendanceFactory,
    CertificateFactory,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MessageFactory,
    MunicipalityFactory,
    RegionFactory,
    coordinator,
    manager,
)
from tests.participants.people import person
from tests.races import just_before

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def lund(db: None) -> Municipality:
    return MunicipalityFactory(region=RegionFactory(), name="Lund")


@pytest.fixture
def cohort(lund: Municipality) -> Cohort:
    return CohortFactory(programme__region=lund.region, capacity=1, sessions=TODAY + timedelta(weeks=5))


@pytest.fixture
def boss(lund: Municipality) -> User:
    return manager(lund)


@pytest.fixture
def enrolment(cohort: Cohort, lund: Municipality, boss: User) -> Enrolment:
    return enrol(cohort=cohort, person=person(lund), by=boss, now=NOW)


def test_nothing_is_left_of_a_registration_on_which_nothing_depends_but_a_line_in_the_log(
    enrolment: Enrolment, boss: User
) -> None:
    undo_registration(enrolment=enrolment, by=boss, now=LATER)

    assert not Enrolment.objects.exists()
    assert not Employment.objects.exists()
    assert not Participant.objects.exists()
    assert not User.objects.filter(email="asa@example.org").exists()
    logged = AuditEvent.objects.filter(at=LATER)
    assert sorted(logged.values_list("action", flat=True)) == [
        "employment.deleted",
        "enrolment.undone",
        "participant.deleted",
        "user.deleted",
    ]
    assert not any("asa" in f"{one.before} {one.after} {one.reason}".lower() for one in logged)


def test_the_seat_is_offered_to_the_next(enrolment: Enrolment, boss: User) -> None:
    waiting = EnrolmentFactory(cohort=enrolment.cohort, waiting=True)

    undo_registration(enrolment=enrolment, by=boss, now=LATER)

    waiting.refresh_from_db()
    assert waiting.status == EnrolmentStatus.OFFERED


def test_a_person_who_is_known_otherwise_stays_with_her_log_in(
    enrolment: Enrolment, lund: Municipality, boss: User
) -> None:
    other = EnrolmentFactory(
        cohort__programme__region=lund.region,
        participant=enrolment.participant,
        municipality=lund,
        employment=enrolment.employment,
        withdrawn=True,
    )

    undo_registration(enrolment=enrolment, by=boss, now=LATER)

    assert list(Enrolment.objects.all()) == [other]
    assert Participant.objects.get().user is not None
    assert Employment.objects.count() == 1


@pytest.mark.parametrize(("weeks", "stays"), [(-1, True), (-20, False)])
def test_an_employment_stays_on_which_a_mark_in_another_cohort_rests(
    enrolment: Enrolment, boss: User, weeks: int, stays: bool
) -> None:
    elsewhere = CohortSessionFactory(cohort__programme=enrolment.programme, day=TODAY + timedelta(weeks=weeks))
    AttendanceFactory(session=elsewhere, participant=enrolment.participant)

    undo_registration(enrolment=enrolment, by=boss, now=LATER)

    assert Participant.objects.exists()
    assert Employment.objects.exists() is stays


@pytest.mark.parametrize("used", ["logged in", "manager too"])
def test_a_log_in_that_serves_otherwise_stays(enrolment: Enrolment, lund: Municipality, boss: User, used: str) -> None:
    user = enrolment.participant.user
    assert user is not None
    if used == "logged in":
        user.last_login = NOW
        user.save()
    else:
        user.role_assignments.create(role=Role.MANAGER, municipality=lund)

    undo_registration(enrolment=enrolment, by=boss, now=LATER)

    assert not Participant.objects.exists()
    assert User.objects.get(pk=user.pk).has_role(Role.PARTICIPANT) is False


def test_who_has_been_welcomed_is_told_and_called_off_and_nobody_else(enrolment: Enrolment, boss: User) -> None:
    MessageFactory(kind="welcome", refs={"enrolment": str(enrolment.pk)}, handed_over=NOW, recipient="asa@example.org")

    undo_registration(enrolment=enrolment, by=boss, now=LATER)

    [message] = Message.objects.filter(kind="registration.mistake")
    assert message.recipient == "asa@example.org"
    kind = kinds.get(message.kind)
    assert kind.still_holds(message, LATER)
    content = kind.render(message)
    assert content.attachments
    assert all(b"METHOD:CANCEL" in attached.content for attached in content.attachments)


def test_who_is_registered_anew_after_a_mistake_is_asked_later_than_she_was_called_off(
    enrolment: Enrolment, cohort: Cohort, lund: Municipality, boss: User
) -> None:
    """Calendars go by UID and SEQUENCE, and would leave out what seems older than what called it off."""
    sequences = []
    for hours in range(3):
        now = NOW + timedelta(hours=hours)
        MessageFactory(kind="welcome", refs={"enrolment": str(enrolment.pk)}, handed_over=now)
        undo_registration(enrolment=enrolment, by=boss, now=now)
        called_off = Message.objects.filter(kind="registration.mistake").latest("due")
        enrolment = enrol(cohort=cohort, person=person(lund), by=boss, now=now)
        materialise(now=now)
        welcomed = Message.objects.get(kind="welcome", refs__enrolment=str(enrolment.pk))
        sequences += [sequence_of(called_off), sequence_of(welcomed)]

    assert sequences == [1, 1, 2, 2, 3, 3]


def sequence_of(message: Message) -> int:
    files = kinds.get(message.kind).render(message).attachments
    [sequence] = {int(number) for file in files for number in re.findall(rb"SEQUENCE:(\d+)", file.content)}
    return sequence


def test_who_has_not_is_told_nothing(enrolment: Enrolment, boss: User) -> None:
    undo_registration(enrolment=enrolment, by=boss, now=LATER)

    assert not Message.objects.filter(kind="registration.mistake").exists()


@pytest.mark.parametrize("dependent", ["attendance", "certificate", "deferral", "transfer"])
def test_what_depends_on_it_stands_in_the_way(
    enrolment: Enrolment, lund: Municipality, boss: User, dependent: str
) -> None:
    planner = coordinator(enrolment.cohort.region)
    wrong: Any = enrolment
    if dependent == "attendance":
        AttendanceFactory(session=CohortSessionFactory(cohort=wrong.cohort), participant=wrong.participant)
    elif dependent == "certificate":
        CertificateFactory(enrolment=wrong)
    elif dependent == "deferral":
        later = CohortFactory(programme=wrong.programme, sessions=TODAY + timedelta(weeks=30))
        wrong = defer(enrolment=wrong, to=later, by=boss, now=NOW)
    else:
        to = Workplace(MunicipalityFactory(region=lund.region), "Unga", "Soc", TODAY)
        transfer(participant=wrong.participant, to=to, by=planner, now=NOW)

    with pytest.raises(EnrolmentRefused, match="i stället"):
        undo_registration(enrolment=wrong, by=planner, now=LATER)
    assert Enrolment.objects.filter(pk=wrong.pk).exists()


def test_the_manager_has_the_day_the_coordinator_as_long_as_it_takes(
    enrolment: Enrolment, lund: Municipality, boss: User
) -> None:
    days_later = NOW + timedelta(days=2)

    with pytest.raises(EnrolmentRefused, match="samma dag"):
        undo_registration(enrolment=enrolment, by=boss, now=days_later)
    undo_registration(enrolment=enrolment, by=coordinator(enrolment.cohort.region), now=days_later)
    assert not Enrolment.objects.exists()


def test_enrolling_again_hides_no_late_withdrawal(
    enrolment: Enrolment, cohort: Cohort, lund: Municipality, boss: User
) -> None:
    withdraw(enrolment=enrolment, by=boss, now=NOW + timedelta(days=1), reason="Slutar.")
    again = enrol(cohort=cohort, person=person(lund), by=boss, now=NOW + timedelta(days=2))

    with pytest.raises(EnrolmentRefused, match="samma dag"):
        undo_registration(enrolment=again, by=boss, now=NOW + timedelta(days=2))


@pytest.fixture
def session(cohort: Cohort) -> CohortSession:
    session: CohortSession = CohortSessionFactory(cohort=cohort, day=TODAY)
    return session


def marking(session: CohortSession, enrolment: Enrolment, by: User) -> Callable[[], int]:
    marks = {enrolment.participant_id: Marking(Mark.PRESENT)}
    return partial(mark_register, session=session, markings=marks, by=by, now=LATER)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_mark_that_is_given_while_a_registration_is_undone_is_refused(
    enrolment: Enrolment, boss: User, session: CohortSession
) -> None:
    planner = coordinator(enrolment.cohort.region)
    undoing = partial(undo_registration, enrolment=enrolment, by=boss, now=LATER)

    assert isinstance(just_before(undoing, marking(session, enrolment, planner)), AttendanceRefused)

    assert not Participant.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_registration_is_not_undone_past_a_mark_that_is_given_meanwhile(
    enrolment: Enrolment, boss: User, session: CohortSession
) -> None:
    planner = coordinator(enrolment.cohort.region)
    undoing = partial(undo_registration, enrolment=enrolment, by=boss, now=LATER)

    assert isinstance(just_before(marking(session, enrolment, planner), undoing), EnrolmentRefused)

    assert Attendance.objects.get().participant == enrolment.participant
    assert Enrolment.objects.get() == enrolment
