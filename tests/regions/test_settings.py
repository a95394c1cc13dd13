"""What a coordinator decides for her region, and an administrator for all of them."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from audit.models import AuditEvent
from messaging.models import SmsMonth
from regions.models import Municipality, Region
from tests.factories import MunicipalityFactory, RegionFactory, administrator, coordinator

pytestmark = pytest.mark.django_db

SETTINGS = "/installningar/"


def answers(region: Region, **changes: object) -> dict[str, object]:
    """What the settings page sends when only `changes` were made."""
    same = {
        "contact_email": region.contact_email,
        "contact_phone": region.contact_phone,
        "sms_parts_per_month": region.sms_parts_per_month,
        "waiting_list_order": region.waiting_list_order,
        "offer_days": region.offer_days,
        "offers_stop_days": region.offers_stop_days,
        "late_withdrawal_days": region.late_withdrawal_days,
        "unmarked_days": region.unmarked_days,
    }
    return same | changes


@pytest.fixture
def region(client: Client) -> Region:
    """A region whose coordinator is logged in."""
    region = RegionFactory()
    client.force_login(coordinator(region))
    return region


class TestSettings:
    def test_a_change_is_saved_and_logged(self, client: Client, region: Region) -> None:
        client.post(SETTINGS, answers(region, contact_phone="0411-1"))
        region.refresh_from_db()
        assert region.contact_phone == "0411-1"
        event = AuditEvent.objects.about(region).get()
        assert (event.action, event.after) == ("region.changed", {"contact_phone": "0411-1"})

    def test_how_the_waiting_list_is_served_is_saved_and_logged(self, client: Client, region: Region) -> None:
        client.post(SETTINGS, answers(region, waiting_list_order="applied", offer_days="3", offers_stop_days="0"))
        region.refresh_from_db()
        assert (region.waiting_list_order, region.offer_days, region.offers_stop_days) == ("applied", 3, 0)
        event = AuditEvent.objects.about(region).get()
        assert event.after == {"waiting_list_order": "applied", "offer_days": 3, "offers_stop_days": 0}

    @pytest.mark.parametrize(
        ("field", "written"),
        [
            ("waiting_list_order", "by name"),
            ("offer_days", "0"),
            ("offer_days", "31"),
            ("offers_stop_days", "61"),
            ("offers_stop_days", "-1"),
            ("late_withdrawal_days", "91"),
            ("unmarked_days", "1"),
            ("unmarked_days", "31"),
        ],
    )
    def test_numbers_of_days_that_make_no_sense_are_refused(
        self, client: Client, region: Region, field: str, written: str
    ) -> None:
        response = client.post(SETTINGS, answers(region, **{field: written}))
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {field}

    def test_saving_without_a_change_logs_nothing(self, client: Client, region: Region) -> None:
        client.post(SETTINGS, answers(region))
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize(("written", "week"), [("7", 7), ("10", 10), (" 9 ", 9), ("", None)])
    def test_the_week_of_the_winter_break_is_kept_or_left_open(
        self, client: Client, region: Region, written: str, week: int | None
    ) -> None:
        Region.objects.update(winter_break_week=8)
        client.post(SETTINGS, answers(region, winter_break_week=written))
        region.refresh_from_db()
        assert region.winter_break_week == week
        assert client.get(SETTINGS).context["form"]["winter_break_week"].value() == week
        event = AuditEvent.objects.about(region).get()
        assert (event.before, event.after) == ({"winter_break_week": 8}, {"winter_break_week": week})

    @pytest.mark.parametrize("written", ["6", "11", "0", "-8", "åtta", "8.5", "8-9"])
    def test_a_week_in_which_no_schools_close_is_refused(self, client: Client, region: Region, written: str) -> None:
        response = client.post(SETTINGS, answers(region, winter_break_week=written, contact_phone="0411-1"))
        form = response.context["form"]
        assert response.status_code == 422
        assert set(form.errors) == {"winter_break_week"}
        assert [form[name].value() for name in ("winter_break_week", "contact_phone")] == [written, "0411-1"]
        region.refresh_from_db()
        assert region.winter_break_week is None
        assert region.contact_phone != "0411-1"


class TestRegions:
    def test_an_administrator_adds_one(self, client: Client) -> None:
        client.force_login(administrator())
        details = {
            "name": "Blekinge",
            "code": "BL",
            "contact_email": "bl@example.org",
            "signatory_name": "Signe",
            "signatory_title": "Chef",
            "seat": "Karlskrona",
        }
        client.post("/regioner/ny/", details)
        assert AuditEvent.objects.about(Region.objects.get(code="BL")).get().action == "region.created"
        assert client.post("/regioner/ny/", details).status_code == 422, "a name and a code exist once"

    def test_she_chooses_its_municipalities(self, client: Client) -> None:
        region, other = RegionFactory(), RegionFactory()
        lund = MunicipalityFactory(region=None, name="Lund")
        left = MunicipalityFactory(region=region, name="Lämnad")
        foreign = MunicipalityFactory(region=other, name="Annans")
        client.force_login(administrator())
        url = reverse("regions:region", args=[region.pk])
        details = {
            name: getattr(region, name)
            for name in ("name", "code", "contact_email", "signatory_name", "signatory_title", "seat")
        }

        assert client.post(url, details | {"municipalities": [foreign.pk]}).status_code == 422
        client.post(url, details | {"municipalities": [lund.pk]})

        assert list(region.municipalities.all()) == [lund]
        left.refresh_from_db()
        foreign.refresh_from_db()
        assert (left.region, foreign.region) == (None, other)
        event = AuditEvent.objects.about(region).get(action="region.municipalities_changed")
        assert event.after == {"municipalities": [lund.code]}


class TestMunicipalities:
    def test_all_of_sweden_is_shipped(self) -> None:
        call_command("load_municipalities", verbosity=0)
        assert Municipality.objects.count() == 290
        assert Municipality.objects.get(code="0114").name == "Upplands Väsby", "codes begin with 0"
        assert Municipality.objects.values("county_code").distinct().count() == 21

    def test_each_has_its_inhabitants_and_together_they_are_sweden(self) -> None:
        call_command("load_municipalities", verbosity=0)
        inhabitants = {place.name: place.population or 0 for place in Municipality.objects.all()}
        assert all(inhabitants.values())
        assert 10_500_000 < sum(inhabitants.values()) < 10_700_000
        assert max(inhabitants, key=lambda name: inhabitants[name]) == "Stockholm"
        assert 350_000 < inhabitants["Malmö"] < 380_000

    def test_loading_again_corrects_names_and_keeps_regions(self) -> None:
        region = RegionFactory()
        MunicipalityFactory(code="1281", name="Lunnd", region=region)
        call_command("load_municipalities", verbosity=0)
        call_command("load_municipalities", verbosity=0)
        lund = Municipality.objects.get(code="1281")
        assert (lund.name, lund.region) == ("Lund", region)
        assert Municipality.objects.count() == 290


class TestSms:
    def test_what_is_used_of_the_month_is_shown(self, client: Client, region: Region) -> None:
        SmsMonth.objects.create(scope=region.pk, month=timezone.localdate().replace(day=1), parts=412)
        assert "Använda delar den här månaden: 412." in client.get(SETTINGS).content.decode()

    def test_a_portal_without_a_gateway_says_so(self, client: Client, region: Region, settings: Settings) -> None:
        settings.SMS_ON = False
        assert "Portalen har ingen sms-tjänst än, så inga skickas." in client.get(SETTINGS).content.decode()
