"""A name is one line: no break of it reaches the header of a mail, a file's name or a calendar."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from regions.models import Region
from tests.factories import CohortFactory, RegionFactory, administrator, coordinator

pytestmark = pytest.mark.django_db

BREAKS = ["Åsa\r\nBcc: alla@example.org", "Åsa\nÖ", "Åsa\rÖ", "Åsa\x0bÖ", "Åsa\u2028Ö", "Åsa\u202eÖ", "Åsa\x7fÖ"]


@pytest.fixture
def region() -> Region:
    region: Region = RegionFactory()
    return region


@pytest.fixture
def siv(region: Region, client: Client) -> User:
    """A coordinator of the region, logged in."""
    user = coordinator(region)
    client.force_login(user)
    return user


def refused(client: Client, name: str, answers: dict[str, Any], *, args: tuple[object, ...] = ()) -> set[str]:
    """The fields that are refused when `answers` are sent to the page called `name`."""
    response = client.post(reverse(name, args=args), answers)
    assert response.status_code == 422
    return set(response.context["form"].errors)


@pytest.mark.parametrize("text", BREAKS)
@pytest.mark.usefixtures("siv")
class TestOneLine:
    def test_in_ones_own_name(self, client: Client, text: str) -> None:
        answers = {"first_name": text, "last_name": text, "language": "sv"}
        assert refused(client, "accounts:profile", answers) == {"first_name", "last_name"}

    def test_in_the_name_of_a_colleague(self, client: Client, text: str) -> None:
        answers = {"role": "lecturer", "first_name": text, "last_name": "Ö", "email": "a@example.org", "language": "sv"}
        assert refused(client, "accounts:invite", answers) == {"first_name"}

    def test_in_the_registers(self, client: Client, text: str) -> None:
        assert refused(client, "sessions:new_venue", {"name": text, "address": text, "town": text}) == {
            "name",
            "address",
            "town",
        }
        assert refused(client, "sessions:new_lecturer", {"name": text, "email": "a@example.org"}) == {"name"}

    def test_in_the_name_of_a_cohort(self, client: Client, region: Region, text: str) -> None:
        cohort: Cohort = CohortFactory(programme__region=region)
        answers = {
            "name": text,
            "capacity": 25,
            "applications_open": cohort.applications_open,
            "applications_close": cohort.applications_close,
        }
        assert refused(client, "sessions:edit_cohort", answers, args=(cohort.pk,)) == {"name"}

    def test_in_the_settings_of_a_region(self, client: Client, region: Region, text: str) -> None:
        names = {"contact_phone": text}
        answers = {"contact_email": region.contact_email}
        answers |= {"waiting_list_order": "quota"}
        answers |= dict.fromkeys(
            ("offer_days", "offers_stop_days", "late_withdrawal_days", "sms_parts_per_month", "unmarked_days"), "5"
        )
        assert refused(client, "regions:settings", answers | names) == names.keys()

    def test_in_what_is_printed_on_certificates(self, client: Client, region: Region, text: str) -> None:
        names = dict.fromkeys(("signatory_name", "signatory_title", "seat"), text)
        assert refused(client, "certificates:look", names | {"primary_colour": "#0B5563"}) == names.keys()

    def test_in_the_name_of_a_region(self, client: Client, text: str) -> None:
        client.force_login(administrator())
        names = dict.fromkeys(("name", "signatory_name", "signatory_title", "seat"), text)
        assert (
            refused(client, "regions:new_region", names | {"code": "XY", "contact_email": "a@example.org"})
            == names.keys()
        )
