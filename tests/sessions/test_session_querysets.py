"""Who sees which sessions."""

import pytest

from participants.choices import EnrolmentStatus
from sessions.models import CohortSession, Lecturer, Venue
from tests.factories import (
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    LecturerFactory,
    MunicipalityFactory,
    ParticipantFactory,
    UserFactory,
    VenueFactory,
    administrator,
    coordinator,
    lecturer,
    manager,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> CohortSession:
    session: CohortSession = CohortSessionFactory()
    return session


@pytest.fixture
def draft() -> CohortSession:
    draft: CohortSession = CohortSessionFactory(cohort=CohortFactory(draft=True))
    return draft


def test_a_coordinator_sees_her_regions_sessions_also_drafts(session: CohortSession, draft: CohortSession) -> None:
    assert CohortSession.objects.visible_to(coordinator(session.cohort.region)).get() == session
    assert CohortSession.objects.visible_to(coordinator(draft.cohort.region)).get() == draft


def test_a_manager_sees_what_is_published_in_her_region(session: CohortSession, draft: CohortSession) -> None:
    for seen, count in ((session, 1), (draft, 0)):
        user = manager(MunicipalityFactory(region=seen.cohort.region))
        assert CohortSession.objects.visible_to(user).count() == count


def test_a_participant_sees_the_sessions_of_her_cohort_until_she_withdraws(session: CohortSession) -> None:
    enrolment = EnrolmentFactory(
        cohort=session.cohort, participant=ParticipantFactory(region=session.cohort.region, with_login=True)
    )
    user = enrolment.participant.user
    assert CohortSession.objects.visible_to(user).get() == session
    enrolment.status = EnrolmentStatus.WITHDRAWN
    enrolment.save()
    assert not CohortSession.objects.visible_to(user).exists()


def test_a_lecturer_sees_and_marks_those_she_teaches(session: CohortSession) -> None:
    CohortSessionFactory(cohort=session.cohort)
    lena = lecturer(session.cohort.region)
    session.lecturers.add(Lecturer.objects.get(email=lena.email))
    assert CohortSession.objects.visible_to(lena).get() == session
    assert CohortSession.objects.taught_by(lena).get() == session
    assert CohortSession.objects.markable_by(lena).get() == session


def test_a_lecturer_does_not_see_drafts(draft: CohortSession) -> None:
    lena = lecturer(draft.cohort.region)
    draft.lecturers.add(Lecturer.objects.get(email=lena.email))
    assert not CohortSession.objects.visible_to(lena).exists()


def test_being_in_the_register_is_not_enough_without_the_role(session: CohortSession) -> None:
    entry = LecturerFactory(region=session.cohort.region)
    session.lecturers.add(entry)
    assert not CohortSession.objects.visible_to(UserFactory(email=entry.email)).exists()
    # ... nor is the role in another region.
    elsewhere = lecturer(VenueFactory().region)
    entry.email = elsewhere.email
    entry.save()
    assert not CohortSession.objects.visible_to(elsewhere).exists()


def test_a_session_with_two_lecturers_is_listed_once(session: CohortSession) -> None:
    session.lecturers.add(*LecturerFactory.create_batch(2, region=session.cohort.region))
    EnrolmentFactory.create_batch(2, cohort=session.cohort)
    assert CohortSession.objects.visible_to(coordinator(session.cohort.region)).count() == 1


def test_others_see_nothing(session: CohortSession) -> None:
    for outsider in (coordinator(VenueFactory().region), administrator(), UserFactory()):
        assert not CohortSession.objects.visible_to(outsider).exists()
        assert not Venue.objects.visible_to(outsider).filter(sessions=session).exists()
