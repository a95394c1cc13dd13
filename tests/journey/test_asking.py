"""A coordinator asks a lecturer whether she will teach; the lecturer says yes on her phone, without logging in."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from sessions.models import CohortSession
from tests.conftest import OpenPage, StartWorker
from tests.factories import CohortSessionFactory, LecturerFactory, coordinator
from tests.journey.passing_time import wait_until
from tests.journey.visitor import Visitor
from tests.smtp import MailServer

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def mails(server: MailServer, *, to: str) -> list[str]:
    """The texts of the mails to somebody."""
    return [
        accepted.mail.get_body(("plain",)).get_content()
        for accepted in list(server.accepted)
        if accepted.recipients == [to]
    ]


@pytest.mark.browser
@pytest.mark.worker
@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_she_is_asked_says_yes_by_the_link_and_stands_in_the_plan(
    open_page: OpenPage,
    live_server: LiveServer,
    settings: Settings,
    mail_server: MailServer,
    child_environment: dict[str, str],
    start_worker: StartWorker,
) -> None:
    settings.BASE_URL = child_environment["BASE_URL"] = live_server.url
    child_environment["EMAIL_URL"] = mail_server.url
    session: CohortSession = CohortSessionFactory(day=timezone.localdate() + timedelta(weeks=4))
    planner = coordinator(session.cohort.programme.region, first_name="Sanna")
    lena = LecturerFactory(region=session.cohort.programme.region, name="Lena Lektor")
    start_worker()

    sanna = Visitor(open_page(), live_server.url)
    sanna.log_in_with_password(planner)
    sanna.open(f"/tillfallen/{session.pk}/")
    sanna.follow("Fråga en föreläsare")
    sanna.page.get_by_label("Lena Lektor").check()
    sanna.page.get_by_label("En mening till föreläsaren").fill("Kan du ta den här dagen?")
    sanna.press("Skicka frågan")
    sanna.sees("Frågan skickas till Lena Lektor", "Väntar på svar")

    wait_until(lambda: mails(mail_server, to=lena.email), what="the question")
    [question] = mails(mail_server, to=lena.email)
    link = re.search(r"/forfragan/\S+", question)
    assert link
    phone = Visitor(open_page(**PHONE), live_server.url)
    phone.open(link.group())
    phone.sees("Kan du undervisa vid det här tillfället?", "Kan du ta den här dagen?", session.module.title)
    phone.press("Ja, jag kan")
    phone.sees("Du har tackat ja")

    wait_until(lambda: mails(mail_server, to=planner.email), what="the answer")
    sanna.open(f"/tillfallen/{session.pk}/")
    sanna.sees("Tackat ja")
    assert list(session.lecturers.all()) == [lena]
    phone.open(link.group())
    phone.sees("Du har tackat ja")
    assert len(mails(mail_server, to=planner.email)) == len(mails(mail_server, to=lena.email)) == 1
