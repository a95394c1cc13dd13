"""A manager answers the offer of a seat on her phone, in the two minutes that she has."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from participants.choices import EnrolmentStatus
from tests.conftest import OpenPage
from tests.factories import EnrolmentFactory, OfferFactory, manager
from tests.journey.visitor import Visitor

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_manager_takes_one_offer_and_declines_another(
    open_page: OpenPage, live_server: LiveServer, with_scripts: bool
) -> None:
    now = timezone.now()
    lasting = {"made": now, "expires": now + timedelta(days=3)}
    first = OfferFactory(enrolment__participant__first_name="Omar", **lasting).enrolment
    second = OfferFactory(
        enrolment__cohort=first.cohort,
        enrolment__municipality=first.municipality,
        enrolment__participant__first_name="Vera",
        **lasting,
    ).enrolment
    next_in_turn = EnrolmentFactory(cohort=first.cohort, participant__first_name="Tove", waiting=True)
    phone = open_page(java_script_enabled=with_scripts, **PHONE)
    boss = Visitor(phone, live_server.url, with_scripts=with_scripts)
    boss.log_in_with_password(manager(first.municipality))

    boss.open("/anmalan/erbjudanden/")
    boss.follow("Omar")
    boss.sees("Det finns en plats för Omar", "Tacka ja eller nej senast")
    boss.press("Tacka ja till platsen")
    boss.sees("Omar", "är antagen.", "Tackade ja")

    boss.open("/anmalan/erbjudanden/")
    boss.follow("Vera")
    boss.follow("Tacka nej")
    boss.sees("Tacka nej till platsen för Vera", "erbjuds genast nästa på reservlistan")
    boss.page.get_by_label("Skäl").fill("Börjar en annan utbildning.")
    boss.press("Tacka nej till platsen")
    boss.sees("Du har tackat nej till platsen för Vera", "Börjar en annan utbildning.")

    boss.open("/anmalan/erbjudanden/")
    boss.sees("Ingen plats väntar på svar")
    for enrolment, status in (
        (first, EnrolmentStatus.ENROLLED),
        (second, EnrolmentStatus.DECLINED),
        (next_in_turn, EnrolmentStatus.OFFERED),
    ):
        enrolment.refresh_from_db()
        assert enrolment.status == status
