"""Every page of the portal on the demo region, as each role sees it: usable by everyone, on every screen, without an error.

The pages are those of tests/permission_matrix.py, which knows every address; here stands what they show.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from accounts.models import RoleAssignment, User
from accounts.tokens import token_of
from certificates.models import Certificate
from cohorts.models import Cohort, Programme
from introprogram.demo.build import (
    ADMINISTRATOR,
    CERTIFIED,
    COORDINATOR,
    LECTURER,
    MANAGER,
    PARTICIPANT,
    build,
)
from participants.actions import confirm_import, start_import
from participants.choices import EnrolmentStatus
from participants.importing.plan import plan_of
from participants.models import Enrolment, Import
from regions.models import Municipality
from sessions.models import CohortSession, Lecturer, Venue
from tests.conftest import OpenPage
from tests.factories import InvitationFactory, manager
from tests.journey.accessibility import violations, width_beyond_the_window
from tests.participants.files import row, xlsx
from tests.permission_matrix import MATRIX, NO_SUCH_METHOD, USERS, Row
from tests.test_permissions import ADDRESSES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db,  # pytest-django makes a database for marked tests only
    pytest.mark.xdist_group("demo region"),
]

LOG_INS = {
    "participant": PARTICIPANT,
    "manager": MANAGER,
    "coordinator": COORDINATOR,
    "lecturer": LECTURER,
    "administrator": ADMINISTRATOR,
}
# What answers with a file, or with a part of a page.
NO_PAGES = {
    "healthz",
    "regions:logo",
    "participants:template",
    "participants:wrong_rows",
    "sessions:calendar",
    "sessions:cohort_calendar",
    "sessions:check_day",
    "certificates:download",
}


@dataclass(frozen=True)
class Demo:
    """The demo region behind a server, which of its records a page is looked at with, and log-ins by persona."""

    address: str
    records: dict[str, Any]
    cookies: dict[str, str]

    def path(self, row: Row) -> str:
        [*wanted] = ADDRESSES[row.name]
        if row.of == "reset_link":
            return reverse(row.name, kwargs={"uidb36": "1", "key": "set-password"})
        record = self.records.get(row.name) or self.records[row.of] if wanted else None
        return reverse(row.name, kwargs={name: record for name in wanted})


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    """Built once for all tests of this module, which only look at it."""
    with django_db_blocker.unblock():
        with translation.override("sv"):
            build(seed=1, now=timezone.now())
            records = records_of_the_demo()
        server = LiveServer("localhost")
        yield Demo(server.url, records, cookies={persona: log_in(email) for persona, email in LOG_INS.items()})
        server.stop()
        call_command("flush", verbosity=0, interactive=False)


def records_of_the_demo() -> dict[str, Any]:
    """By what the matrix calls them; by the name of a page where another record shows more."""
    finished, under_way, applied_for = Cohort.objects.order_by("applications_open")
    lund = Municipality.objects.get(name="Lund")
    boss = User.objects.get(email=MANAGER)
    colleague = manager(lund, first_name="Kim", last_name="Kollega-Exempel")
    in_lund = Enrolment.objects.filter(municipality=lund)
    certificate = Certificate.objects.filter(enrolment__participant__email=CERTIFIED).get()
    sessions = CohortSession.objects.filter(cohort=under_way).order_by("starts")
    return {
        "cohort": applied_for.pk,
        "certificates:cohort": finished.pk,
        "certificates:issue": finished.pk,
        "certificates:progress": finished.pk,
        "session": sessions[0].pk,
        "sessions:edit_session": sessions[8].pk,
        "sessions:cancel_session": sessions[8].pk,
        "venue": Venue.objects.first().pk,
        "lecturers_entry": Lecturer.objects.first().pk,
        "enrolment": in_lund.filter(status=EnrolmentStatus.ENROLLED).first().pk,
        "person": certificate.enrolment.participant_id,
        "certificate": certificate.pk,
        "upload": uploaded(applied_for, boss).pk,
        "used_invitation": token_of(InvitationFactory(region=lund.region, accepted=timezone.now())),
        "managers_role": RoleAssignment.objects.get(user=colleague).pk,
        "region": lund.region_id,
    }


def uploaded(cohort: Cohort, by: User, *, email: str = "ny@example.org") -> Import:
    """A list with someone new, someone who waits, and a wrong row."""
    return start_import(
        cohort=cohort,
        municipality=None,
        filename="nya.xlsx",
        content=xlsx(
            row(email=email, municipality="Lund"),
            row(2, municipality="Lund"),
            row(3, email="fel", municipality="Lund"),
            headings=("Förnamn", "Efternamn", "Arbetsmejl", "Enhet", "Befattning", "Anställd från", "Kommun"),
        ),
        by=by,
        now=timezone.now(),
    )


@pytest.mark.parametrize("persona", ["anonymous", *LOG_INS])
def test_pages_of(persona: str, demo: Demo, open_page: OpenPage) -> None:
    page = browse_as(persona, demo, open_page)
    assert problems(page, [demo.address + demo.path(row) for row in MATRIX if is_page_of(persona, row)]) == {}


def is_page_of(persona: str, row: Row) -> bool:
    """Public pages are looked at without a log-in, those of every role as one of them."""
    if row.name in NO_PAGES or NO_SUCH_METHOD == row.get:
        return False
    if persona == "anonymous":
        return row.public and row.get != 302
    return persona in row.lets and not row.public and (row.lets != USERS or persona == "participant")


def log_in(email: str) -> str:
    """Return the cookie of a log-in, without going through its pages."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client.cookies["sessionid"].value


def browse_as(persona: str, demo: Demo, open_page: OpenPage) -> Page:
    page = open_page()
    if persona in demo.cookies:
        page.context.add_cookies([{"name": "sessionid", "value": demo.cookies[persona], "url": demo.address}])
    return page


def problems(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """What is wrong with the pages, by address."""
    found = {}
    for address in addresses:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        response = page.goto(address)
        assert response
        if response.status >= 400:
            found[address] = [f"status {response.status}"]
        elif wrong := problems_of_page(page):
            found[page.url] = wrong
    return found


def problems_of_page(page: Page) -> list[str]:
    """What axe finds at both widths and in both themes, of which colours only differ; and a page that is too wide."""
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for theme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=theme)
            found += [f"{width} px, {theme}: {violation}" for violation in violations(page, rules=rules)]
    page.set_viewport_size({"width": 320, "height": 900})
    if excess := width_beyond_the_window(page):
        found.append(f"{excess} px too wide for 320 px")
    return found
