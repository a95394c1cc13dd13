"""Anyone can check a certificate by number and code; nobody learns the name."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from certificates import actions
from certificates.choices import CertificateStatus
from certificates.models import Certificate
from tests.certificates.people import finished_cohort, issued, qualified
from tests.factories import NOW, CertificateFactory, coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def certificate() -> Certificate:
    return issued(qualified(finished_cohort()))


def ask(client: Client, number: str, code: str) -> tuple[int, str]:
    answer = client.get("/kontrollera/", {"nummer": number, "kod": code})
    return answer.status_code, answer.content.decode()


def test_number_and_code_show_programme_region_dates_and_modules_but_not_the_name(
    client: Client, certificate: Certificate
) -> None:
    status, page = ask(client, certificate.number.lower(), certificate.grouped_code)
    assert status == 200
    for text in (certificate.data["programme_title"], certificate.data["region_name"], "Modul 2"):
        assert text in page
    assert certificate.data["participant_name"] not in page
    assert 'content="noindex"' in page


def test_the_address_of_the_qr_code_is_answered_at_once(client: Client, certificate: Certificate) -> None:
    address = certificate.data["verification_url"].partition("/kontrollera/")[2]
    assert certificate.data["programme_title"] in client.get(f"/kontrollera/{address}").content.decode()


def test_an_unknown_number_and_a_wrong_code_get_the_same_answer(client: Client, certificate: Certificate) -> None:
    _status, unknown = ask(client, "XX-2026-9999", certificate.code)
    _status, wrong = ask(client, certificate.number, "0" * 16)
    assert without(unknown, "XX-2026-9999", certificate.code) == without(wrong, certificate.number, "0" * 16)


@pytest.mark.parametrize(("spelt", "right"), [(str.upper, True), (lambda name: f"{name}son", False)])
def test_the_name_is_confirmed_only_to_someone_who_knows_it(
    client: Client, certificate: Certificate, spelt: Callable[[str], str], right: bool
) -> None:
    name = certificate.data["participant_name"]
    data = {"nummer": certificate.number, "kod": certificate.code, "namn": spelt(name)}
    page = client.post("/kontrollera/", data)
    assert page.context["name_is_right"] is right
    assert (f">{name}" in page.content.decode() or f" {name}." in page.content.decode()) is right


def test_a_name_in_the_address_is_not_read(client: Client, certificate: Certificate) -> None:
    data = {"nummer": certificate.number, "kod": certificate.code, "namn": certificate.data["participant_name"]}
    assert client.get("/kontrollera/", data).context["name"] == ""


def test_a_revoked_certificate_says_so(client: Client, certificate: Certificate) -> None:
    actions.revoke(certificate=certificate, by=coordinator(certificate.region), reason="Hemligt skäl", now=NOW)
    _status, page = ask(client, certificate.number, certificate.code)
    assert "tone-error" in page
    assert "Hemligt skäl" not in page


def test_a_replaced_version_says_which_one_is_valid_and_not_its_code(client: Client, certificate: Certificate) -> None:
    newer = CertificateFactory(
        enrolment=certificate.enrolment,
        region=certificate.region,
        year=certificate.year,
        serial=certificate.serial,
        number=certificate.number,
        version=2,
        status=CertificateStatus.REVOKED,  # so that both can be in the register
        revoked=NOW,
        revoked_reason="Fel",
    )
    Certificate.objects.filter(pk=certificate.pk).update(
        status=CertificateStatus.SUPERSEDED, superseded=NOW, superseded_by=newer
    )
    _status, page = ask(client, certificate.number, certificate.code)
    assert "Version 2" in page
    assert newer.code not in page
    assert newer.grouped_code not in page


def test_one_whose_pdf_is_still_being_made_is_valid(client: Client) -> None:
    certificate = issued(qualified(finished_cohort()), rendered=False)
    assert "tone-ok" in ask(client, certificate.number, certificate.code)[1]


def test_missing_fields_are_pointed_at(client: Client) -> None:
    assert ask(client, "", "")[0] == 422
    assert client.get("/kontrollera/").status_code == 200


def test_an_address_that_asks_too_often_must_wait_a_minute(client: Client) -> None:
    for _time in range(30):
        assert ask(client, "XX-2026-0001", "0" * 16)[0] == 200
    assert ask(client, "XX-2026-0001", "0" * 16)[0] == 429
    other = client.get("/kontrollera/?nummer=A&kod=B", REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert ask(client, "XX-2026-0001", "0" * 16)[0] == 200


def test_a_number_that_is_asked_for_too_often_must_wait_wherever_it_is_asked_from(
    client: Client, certificate: Certificate
) -> None:
    def ask_from(address: int) -> int:
        data = {"nummer": certificate.number, "kod": "0" * 16}
        return client.get("/kontrollera/", data, REMOTE_ADDR=f"192.0.2.{address}").status_code

    assert {ask_from(address) for address in range(30)} == {200}
    assert ask_from(31) == 429


def test_is_kept_in_no_cache_and_no_search_engine(client: Client, certificate: Certificate) -> None:
    answer = client.get("/kontrollera/", {"nummer": certificate.number, "kod": certificate.code})
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def without(page: str, *typed: str) -> str:
    """The page but for what was typed in and the token against forged requests, which is new each time."""
    for text in typed:
        page = page.replace(text, "")
    return "\n".join(line for line in page.splitlines() if "csrf" not in line.lower() and "next" not in line)
