"""Which cohorts and programmes people see."""

from datetime import timedelta

import pytest

from cohorts.models import Cohort, Programme
from tests import factories
from tests.factories import NOW, TODAY, CohortFactory, CohortSessionFactory, MunicipalityFactory, RegionFactory

pytestmark = pytest.mark.django_db


def test_a_coordinator_sees_every_cohort_of_her_region_and_no_other() -> None:
    region = RegionFactory()
    mine = {CohortFactory(programme__region=region), CohortFactory(programme__region=region, draft=True)}
    CohortFactory()
    coordinator = factories.coordinator(region)
    assert set(Cohort.objects.visible_to(coordinator)) == mine
    assert set(Programme.objects.visible_to(coordinator)) == {cohort.programme for cohort in mine}


def test_a_manager_sees_published_cohorts_of_her_region() -> None:
    region = RegionFactory()
    published = CohortFactory(programme__region=region)
    CohortFactory(programme__region=region, draft=True)
    CohortFactory()
    manager = factories.manager(MunicipalityFactory(region=region))
    assert list(Cohort.objects.visible_to(manager)) == [published]


def test_someone_with_two_municipalities_sees_each_cohort_once() -> None:
    region = RegionFactory()
    published = CohortFactory(programme__region=region)
    manager = factories.manager(MunicipalityFactory(region=region))
    factories.RoleAssignmentFactory(user=manager, role="manager", municipality=MunicipalityFactory(region=region))
    assert list(Cohort.objects.visible_to(manager)) == [published]


@pytest.mark.parametrize(("opens", "closes", "is_open"), [(0, 0, True), (1, 2, False), (-2, -1, False), (-1, 1, True)])
def test_a_published_cohort_is_open_from_the_first_day_of_application_to_the_last(
    opens: int, closes: int, is_open: bool
) -> None:
    cohort = CohortFactory(
        applications_open=TODAY + timedelta(days=opens), applications_close=TODAY + timedelta(days=closes)
    )
    assert cohort.is_open_for_application(TODAY) is is_open
    assert Cohort.objects.open_for_application(today=TODAY).exists() is is_open


@pytest.mark.parametrize(
    ("closes", "last_session", "manager", "coordinator"),
    [
        pytest.param(0, 30, True, True, id="the last day of application"),
        pytest.param(-1, 30, False, True, id="closed, but sessions are ahead"),
        pytest.param(-1, 0, False, True, id="the last session is today"),
        pytest.param(-1, -1, False, False, id="all sessions have been held"),
        pytest.param(-1, None, False, True, id="closed, and no session is planned"),
    ],
)
def test_managers_enrol_while_applications_are_open_and_coordinators_while_the_cohort_lasts(
    closes: int, last_session: int | None, manager: bool, coordinator: bool
) -> None:
    cohort = CohortFactory(applications_close=TODAY + timedelta(days=closes))
    if last_session is not None:
        for days in (-40, last_session):
            CohortSessionFactory(cohort=cohort, day=TODAY + timedelta(days=days))
    boss = factories.manager(MunicipalityFactory(region=cohort.region))
    assert Cohort.objects.to_enrol_in(boss, now=NOW).exists() is manager
    siv = factories.coordinator(cohort.region)
    assert Cohort.objects.to_enrol_in(siv, now=NOW).count() == coordinator


def test_a_draft_is_never_open() -> None:
    assert not CohortFactory(draft=True).is_open_for_application(TODAY)
