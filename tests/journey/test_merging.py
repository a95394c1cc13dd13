"""A coordinator finds someone who is registered twice, merges the two and undoes it. Each page is examined by axe."""

import pytest
from pytest_django.live_server_helper import LiveServer

from cohorts.models import Cohort
from participants.models import Enrolment, Participant
from regions.models import Municipality
from tests.conftest import OpenPage
from tests.factories import CohortFactory, EmploymentFactory, EnrolmentFactory, MunicipalityFactory, coordinator
from tests.journey.visitor import Visitor


def enrolled(cohort: Cohort, municipality: Municipality, **fields: str) -> Enrolment:
    """Åsa, enrolled from the municipality for which she works."""
    employment = EmploymentFactory(
        municipality=municipality,
        participant__region=cohort.region,
        **{f"participant__{name}": value for name, value in fields.items()},
    )
    enrolment: Enrolment = EnrolmentFactory(
        cohort=cohort, municipality=municipality, participant=employment.participant, employment=employment
    )
    return enrolment


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_coordinator_merges_two_people_and_undoes_it(open_page: OpenPage, live_server: LiveServer) -> None:
    spring = CohortFactory(name="Vår 2026")
    autumn = CohortFactory(programme=spring.programme, name="Höst 2026")
    lund = MunicipalityFactory(region=spring.region, name="Lund")
    known = enrolled(spring, lund, last_name="Öberg-Exempel", email="asa.oberg@example.org")
    again = enrolled(autumn, lund, last_name="Oberg Exempel", email="ny@example.org")

    sanna = Visitor(open_page(), live_server.url)
    sanna.log_in_with_password(coordinator(spring.region, first_name="Sanna"))
    sanna.open("/deltagare/")
    sanna.follow("Möjliga dubbletter")
    sanna.sees("Samma namn och kommun", "ny@example.org")
    sanna.follow("Jämför och slå ihop")
    sanna.sees("Är det här samma person?", "avslutas, eftersom en person har en anmälan per utbildningsprogram")
    sanna.page.get_by_role("radio", name="Åsa Oberg Exempel").check()
    sanna.page.get_by_label("Skäl").fill("Två anmälningar.")
    sanna.press("Slå ihop")
    sanna.sees("De två är nu en person.", "Två anmälningar.")
    assert [person.full_name for person in Participant.objects.filter(merged_into=None)] == ["Åsa Oberg Exempel"]
    assert sorted(Enrolment.objects.values_list("participant", "status")) == sorted(
        [(known.participant_id, "enrolled"), (known.participant_id, "withdrawn")]
    )

    sanna.press("Ångra sammanslagningen")
    sanna.sees("De är två personer igen.", "Ångrad")
    assert sorted(Enrolment.objects.values_list("participant", "status")) == sorted(
        [(known.participant_id, "enrolled"), (again.participant_id, "enrolled")]
    )
    sanna.open("/deltagare/dubbletter/")
    sanna.press("Inte samma person Åsa Öberg-Exempel")
    sanna.sees("Ingen verkar finnas två gånger")
