"""Which cohorts and programmes people see."""

from datetime import timedelta

import pytest

from cohorts.models import Cohort, Programme
from tests import factories
from tests.factories import TODAY, CohortFactory, MunicipalityFactory, RegionFactory

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


def test_a_draft_is_never_open() -> None:
    assert not CohortFactory(draft=True).is_open_for_application(TODAY)
