"""What is handed round on paper: a full cohort has room on one sheet."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from tests.conftest import OpenPage
from tests.factories import CohortSessionFactory, EnrolmentFactory, coordinator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("address", ["sessions:sign_in_sheet", "sessions:register"])
def test_twenty_five_people_have_room_on_one_sheet(live_server: LiveServer, open_page: OpenPage, address: str) -> None:
    session = CohortSessionFactory(day=timezone.localdate() - timedelta(days=1))
    people = [enrolment.participant for enrolment in EnrolmentFactory.create_batch(25, cohort=session.cohort)]
    client = Client()
    client.force_login(coordinator(session.cohort.region))
    page = open_page()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(live_server.url + reverse(address, args=[session.pk]))
    [sheet] = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    words = sheet.extract_text()
    assert all(person.last_name in words for person in people)
    assert "Skriv ut" not in words
