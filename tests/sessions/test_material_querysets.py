"""Who sees which material, and from when on."""

from datetime import timedelta

import pytest

from accounts.models import User
from cohorts.models import Module
from participants.choices import EnrolmentStatus
from sessions.models import CohortSession, Lecturer, Material
from tests.factories import (
    TODAY,
    CohortFactory,
    CohortSessionFactory,
    EnrolmentFactory,
    MaterialFactory,
    MunicipalityFactory,
    RegionFactory,
    UserFactory,
    administrator,
    coordinator,
    lecturer,
    manager,
)

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def session() -> CohortSession:
    session: CohortSession = CohortSessionFactory()
    return session


def participant(session: CohortSession) -> User:
    user: User = EnrolmentFactory(cohort=session.cohort, participant__with_login=True).participant.user
    return user


def teacher(session: CohortSession) -> User:
    user = lecturer(session.cohort.region)
    session.lecturers.add(Lecturer.objects.get(email=user.email))
    return user


def seen(user: User) -> set[str]:
    return set(Material.objects.visible_to(user, today=TODAY).values_list("title", flat=True))


def test_a_participant_sees_it_from_its_day_on(session: CohortSession) -> None:
    for title, day in (("genast", None), ("i dag", TODAY), ("i morgon", TOMORROW)):
        MaterialFactory(session=session, title=title, visible_from=day)
    amina = participant(session)
    assert seen(amina) == {"genast", "i dag"}
    assert Material.objects.visible_to(amina, today=TOMORROW).count() == 3


def test_coordinator_and_lecturer_see_it_before(session: CohortSession) -> None:
    MaterialFactory(session=session, title="bilder", visible_from=TOMORROW)
    MaterialFactory(session=None, module=session.module, title="bok", visible_from=TOMORROW)
    assert seen(coordinator(session.cohort.region)) == {"bilder", "bok"}
    assert seen(teacher(session)) == {"bilder", "bok"}


def test_it_goes_with_one_session_or_with_its_module_everywhere(session: CohortSession) -> None:
    other = CohortSessionFactory(cohort=CohortFactory(programme=session.cohort.programme), module=session.module)
    MaterialFactory(session=session, title="bilder")
    MaterialFactory(session=None, module=session.module, title="bok")
    MaterialFactory(session=None, module=session.cohort.modules.last(), title="en annan moduls")
    assert seen(participant(session)) == {"bilder", "bok"}
    assert seen(participant(other)) == {"bok"}
    assert seen(teacher(other)) == {"bok"}


def test_it_disappears_for_whoever_withdraws_or_waits(session: CohortSession) -> None:
    MaterialFactory(session=session)
    for status in (EnrolmentStatus.WITHDRAWN, EnrolmentStatus.WAITING):
        enrolment = EnrolmentFactory(cohort=session.cohort, participant__with_login=True, status=status)
        assert seen(enrolment.participant.user) == set()


def test_nobody_sees_that_of_a_draft_but_its_coordinator() -> None:
    draft = CohortSessionFactory(cohort=CohortFactory(draft=True))
    MaterialFactory(session=draft, title="utkast")
    assert seen(participant(draft)) == seen(teacher(draft)) == set()
    assert seen(coordinator(draft.cohort.region)) == {"utkast"}


def test_managers_and_strangers_see_none(session: CohortSession) -> None:
    MaterialFactory(session=session)
    MaterialFactory(session=None, module=session.module)
    elsewhere = CohortSessionFactory()
    for user in (
        manager(MunicipalityFactory(region=session.cohort.region)),
        coordinator(RegionFactory()),
        lecturer(session.cohort.region),
        teacher(elsewhere),
        participant(elsewhere),
        administrator(),
        UserFactory(),
    ):
        assert seen(user) == set()


def test_a_new_version_of_a_module_has_the_material_of_all_its_versions(session: CohortSession) -> None:
    """It is read by the module's identity: nothing is copied when a version is released."""
    old = session.module
    new = Module.objects.create(programme=old.programme, version=2, origin=old, number=1, title="Ny kostym")
    newer = CohortSessionFactory(cohort=CohortFactory(programme=old.programme, programme_version=2), module=new)
    MaterialFactory(session=None, module=old, title="gammal")
    MaterialFactory(session=None, module=new, title="ny")
    for each in (session, newer):
        assert seen(participant(each)) == {"gammal", "ny"}
        assert seen(teacher(each)) == {"gammal", "ny"}
    for version in (old, new):
        assert Material.objects.of_module(version).count() == 2
    assert Material.objects.of_sessions(CohortSession.objects.filter(pk=newer.pk)).count() == 2


def test_material_is_listed_once_however_many_sessions_and_lecturers_there_are(session: CohortSession) -> None:
    MaterialFactory(session=None, module=session.module)
    CohortSessionFactory.create_batch(2, cohort=session.cohort, module=session.module)
    lena = teacher(session)
    teacher(session)
    assert Material.objects.visible_to(lena, today=TODAY).count() == 1
    assert Material.objects.visible_to(participant(session), today=TODAY).count() == 1


def test_who_may_change_it(session: CohortSession) -> None:
    own = MaterialFactory(session=session)
    of_module = MaterialFactory(session=None, module=session.module)
    planner, lena, amina = coordinator(session.cohort.region), teacher(session), participant(session)
    assert set(Material.objects.changeable_by(planner)) == {own, of_module}
    assert set(Material.objects.changeable_by(lena)) == {own}
    for user in (amina, coordinator(RegionFactory()), lecturer(session.cohort.region)):
        assert not Material.objects.changeable_by(user).exists()
