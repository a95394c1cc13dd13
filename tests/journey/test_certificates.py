"""A coordinator issues the certificates of a cohort, watches them being made, takes them out, and puts one right."""

import re
from zipfile import ZipFile

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from certificates.actions import render_batch
from certificates.archive import name_of
from certificates.models import Certificate
from tests.certificates.people import finished_cohort, qualified, unqualified
from tests.conftest import OpenPage
from tests.factories import coordinator
from tests.journey.visitor import Visitor


def make_all() -> None:
    """What a worker does meanwhile."""
    while render_batch(clock=timezone.now):
        pass


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_coordinator_issues_watches_takes_out_and_corrects(open_page: OpenPage, live_server: LiveServer) -> None:
    cohort = finished_cohort(name="Vår 2026")
    asa, _second, _third = (qualified(cohort) for _person in range(3))
    unqualified(cohort)
    sanna = Visitor(open_page(), live_server.url)
    sanna.log_in_with_password(coordinator(cohort.region, first_name="Sanna"))

    sanna.open(f"/omgangar/{cohort.pk}/intyg/")
    sanna.follow("Utfärda intyg för alla som uppfyller kraven (3)")
    sanna.press("Utfärda 3 intyg")
    sanna.sees("0 av 3 klara", "Du kan lämna sidan")
    sanna.open("/")
    make_all()
    sanna.open(f"/omgangar/{cohort.pk}/intyg/forlopp/")
    sanna.sees("3 av 3 klara", "3 intyg är klara att ladda ner")
    with sanna.page.expect_download() as waiting:
        sanna.page.get_by_role("button", name="Ladda ner alla 3 i en ZIP-fil").click()
    certificates = Certificate.objects.with_owner().order_by("serial")
    assert ZipFile(waiting.value.path()).namelist() == [name_of(certificate) for certificate in certificates]

    sanna.follow("Visa deltagare och intyg")
    sanna.follow("Deltagarintyg", within=sanna.page.locator(".page-head"))
    sanna.press("Utfärda 1 deltagarintyg")
    sanna.sees("3 av 4 klara")
    make_all()
    expect(sanna.page.get_by_role("main")).to_contain_text("4 av 4 klara", timeout=20_000)

    participant = asa.participant
    participant.last_name = "Öberg-Rättad"
    participant.save()
    sanna.open("/register/intyg/")
    sanna.page.get_by_role("searchbox", name="Namn eller nummer").fill("Rättad")
    sanna.press("Sök")
    sanna.page.get_by_role("link", name=re.compile("-0001$")).click()
    sanna.follow("Utfärda en ny version")
    sanna.sees("Öberg-Exempel", "Öberg-Rättad", "en egen kod")
    sanna.press("Utfärda den nya versionen")
    sanna.sees("Version 2 av intyg", "Ersatt")
    assert sorted(asa.certificates.values_list("version", "status")) == [(1, "superseded"), (2, "issued")]

    sanna.follow("Återkalla")
    sanna.fill(Skäl="Utfärdat till fel person.")
    sanna.press("Återkalla intyget")
    sanna.open("/register/intyg/?show=revoked")
    sanna.sees("Återkallat", "(1)")
