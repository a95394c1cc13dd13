"""These tests read the portal's sentences in English, the language of the source."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from accounts.models import User
from cohorts.models import Cohort
from regions.models import Municipality, Region
from tests import factories
from tests.factories import NOW, CohortFactory, MunicipalityFactory, RegionFactory


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def _on_the_day() -> Iterator[None]:
    """Pages take the time from the clock: it shows NOW, within every cohort's application period."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def region(db: None) -> Region:
    return RegionFactory()


@pytest.fixture
def lund(region: Region) -> Municipality:
    return MunicipalityFactory(region=region, name="Lund")


@pytest.fixture
def malmo(region: Region) -> Municipality:
    return MunicipalityFactory(region=region, name="Malmö")


@pytest.fixture
def cohort(region: Region) -> Cohort:
    return CohortFactory(programme__region=region, name="Vår 2026")


@pytest.fixture
def manager(lund: Municipality) -> User:
    """A manager in Lund."""
    return factories.manager(lund, language="en", email="chef@example.org")


@pytest.fixture
def neighbour(malmo: Municipality) -> User:
    """A manager in Malmö."""
    return factories.manager(malmo, language="en", email="granne@example.org")


@pytest.fixture
def coordinator(region: Region) -> User:
    return factories.coordinator(region, language="en", email="samordnare@example.org")


@pytest.fixture
def as_user() -> Any:
    """`as_user(manager)` is a browser in which she is logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in
