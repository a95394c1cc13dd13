"""The register: lists, search, export, and all of a cohort in one file."""

import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import AuditEvent
from certificates import actions
from certificates.archive import name_of, zipped
from certificates.choices import CertificateStatus
from certificates.files import sha256
from certificates.models import Certificate
from cohorts.models import Cohort
from tests.certificates.documents import document
from tests.certificates.people import finished_cohort, issued, qualified, unqualified
from tests.factories import NOW, CertificateFactory, EnrolmentFactory, coordinator, manager

pytestmark = pytest.mark.django_db
ADDRESS = "/register/intyg/"


@pytest.fixture
def cohort() -> Cohort:
    return finished_cohort()


def zip_of(client: Client, cohort: Cohort) -> ZipFile:
    answer = client.post(reverse("certificates:zip_file", args=[cohort.pk]))
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))


class TestList:
    def numbers(self, client: Client, **query: str) -> list[str]:
        return [row.number[-4:] for row in client.get(ADDRESS, query).context["page"].object_list]

    def test_shows_what_is_asked_for(self, client: Client, cohort: Cohort) -> None:
        by = coordinator(cohort.region)
        issued(qualified(cohort))
        actions.revoke(certificate=issued(qualified(cohort)), by=by, reason="Fel", now=NOW)
        actions.issue_statement(enrolment=unqualified(cohort), by=by, now=NOW)
        issued(qualified(finished_cohort()))
        client.force_login(by)
        assert self.numbers(client) == ["0003", "0002", "0001"]
        assert self.numbers(client, show="valid") == ["0001"]
        assert self.numbers(client, show="revoked") == ["0002"]
        assert self.numbers(client, show="waiting") == ["0003"]
        assert self.numbers(client, show="superseded") == []
        assert self.numbers(client, year="2026", q=f"{cohort.region.code}-2026-0002") == ["0002"]
        assert self.numbers(client, year="1999") == ["0003", "0002", "0001"]

    def test_finds_people_by_name(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        issued(qualified(cohort))
        client.force_login(coordinator(cohort.region))
        assert self.numbers(client, q=certificate.enrolment.participant.last_name) == ["0001"]

    def test_the_number_of_queries_does_not_grow(
        self, client: Client, cohort: Cohort, django_assert_max_num_queries: object
    ) -> None:
        for _person in range(4):
            issued(qualified(cohort))
        client.force_login(coordinator(cohort.region))
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            client.get(ADDRESS)

    def test_can_be_taken_out_which_is_logged(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        client.force_login(coordinator(cohort.region))
        sheet = load_workbook(BytesIO(client.get(f"{ADDRESS}lista.xlsx").content)).active
        assert [row[0].value for row in sheet.iter_rows()] == ["Nummer", certificate.number]
        assert AuditEvent.objects.get(action="certificates.listed").after["numbers"] == [certificate.number]


class TestZip:
    def test_holds_each_valid_certificate_under_number_and_name(self, client: Client, cohort: Cohort) -> None:
        first, second = issued(qualified(cohort)), issued(qualified(cohort))
        actions.revoke(certificate=issued(qualified(cohort)), by=coordinator(cohort.region), reason="Fel", now=NOW)
        client.force_login(coordinator(cohort.region))
        archive = zip_of(client, cohort)
        assert archive.testzip() is None
        assert archive.namelist() == [name_of(first), name_of(second)]
        assert sha256(archive.read(name_of(first))) == first.sha256
        event = AuditEvent.objects.get(action="certificates.exported")
        assert event.after == {"certificates": 2, "numbers": [first.number, second.number]}

    def test_holds_what_was_lost_made_again(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        default_storage.delete(str(certificate.file.name))
        client.force_login(coordinator(cohort.region))
        assert sha256(zip_of(client, cohort).read(name_of(certificate))) == certificate.sha256

    def test_names_what_is_lost_for_good(self, client: Client, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        default_storage.delete(str(certificate.file.name))
        Certificate.objects.update(data=certificate.data | {"participant_name": "春"})
        client.force_login(coordinator(cohort.region))
        archive = zip_of(client, cohort)
        assert archive.namelist() == ["Kunde inte skapas.txt"]
        assert certificate.number in archive.read("Kunde inte skapas.txt").decode()

    def test_names_no_file_in_another_folder(self, cohort: Cohort) -> None:
        certificate = issued(qualified(cohort))
        certificate.enrolment.participant.first_name = "../../\\Eva:"
        assert name_of(certificate).count("/") == name_of(certificate).count("\\") == 0
        assert name_of(certificate).startswith(f"{certificate.number} ")

    def test_is_not_made_of_nothing(self, client: Client, cohort: Cohort) -> None:
        client.force_login(coordinator(cohort.region))
        answer = client.post(reverse("certificates:zip_file", args=[cohort.pk]))
        assert answer.status_code == 302
        assert not AuditEvent.objects.filter(action="certificates.exported").exists()

    def test_is_the_coordinators(self, client: Client, cohort: Cohort) -> None:
        enrolment = qualified(cohort)
        issued(enrolment)
        client.force_login(manager(enrolment.municipality))
        assert client.post(reverse("certificates:zip_file", args=[cohort.pk])).status_code == 403

    def test_takes_no_more_memory_for_a_thousand(self, cohort: Cohort) -> None:
        """A thousand files of 50 kB: 50 MB pass by, and one of them is held at a time."""
        enrolment = EnrolmentFactory(cohort=cohort)
        content = bytes(50_000)
        certificates = [
            CertificateFactory.build(
                enrolment=enrolment,
                region=cohort.region,
                status=CertificateStatus.READY,
                sha256=sha256(content),
                data=document().as_json(),
                file="certificates/same.pdf",
                serial=number + 1,
                number=f"X-2026-{number:04}",
            )
            for number in range(1000)
        ]
        default_storage.save("certificates/same.pdf", ContentFile(content))
        tracemalloc.start()
        size = sum(len(part) for part in zipped(certificates, now=NOW))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 50_000_000
        assert peak < 5_000_000
