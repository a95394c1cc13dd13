"""Certificates, logos and course material in an S3-compatible object store: a real server, asked over HTTP."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Final
from uuid import uuid4

import boto3
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from accounts.models import User
from certificates import actions
from certificates.choices import CertificateStatus
from certificates.files import store, sweep
from certificates.models import Certificate
from common.exceptions import StorageAway
from introprogram.environment import read_storage
from regions.actions import change_region
from sessions.materials import files
from tests.certificates.people import finished_cohort, issued, qualified
from tests.certificates.test_look import picture
from tests.factories import NOW, PDF, MaterialFactory, coordinator

pytestmark = pytest.mark.django_db
BUCKET = "introprogram"
KEY, SECRET = "key", "se/cret"
REGION: Final = "eu-north-1"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Host and port of an object store on the loopback address, with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    store = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name=REGION,
    )
    store.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def use_store(address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Tell the portal of the store, as in production; and let a test tell it of another."""

    def use(host_and_port: str) -> None:
        monkeypatch.setenv("STORAGE_URL", f"s3+http://{KEY}:se%2Fcret@{host_and_port}/{BUCKET}?region={REGION}")
        settings.STORAGES = settings.STORAGES | {"default": read_storage("STORAGE_URL")}

    use(address)
    return use


@pytest.fixture
def cut_off(use_store: Callable[[str], None]) -> Callable[[], None]:
    """Let the store be away: nobody listens at port 9."""
    return lambda: use_store("127.0.0.1:9")


def owner_of(certificate: Certificate) -> User:
    return User.objects.get(participants=certificate.enrolment.participant)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class TestCertificates:
    def test_are_stored_there_and_handed_out_to_whom_they_concern(self, client: Client) -> None:
        certificate = issued(qualified(finished_cohort()))
        assert f"{certificate.pk}-{certificate.sha256[:16]}.pdf" in default_storage.listdir("certificates/2026")[1]
        download = reverse("certificates:download", args=[certificate.pk])
        assert client.get(download).status_code == 302
        client.force_login(owner_of(certificate))
        assert digest(b"".join(client.get(download).streaming_content)) == certificate.sha256

    def test_are_made_again_to_the_same_bytes_if_their_file_is_lost(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        default_storage.delete(str(certificate.file.name))
        assert digest(actions.fetch(certificate=certificate, now=NOW)) == certificate.sha256
        assert default_storage.exists(str(certificate.file.name))

    def test_are_made_again_under_the_same_name_if_it_is_damaged(self) -> None:
        certificate = issued(qualified(finished_cohort()))
        assert default_storage.save(certificate.file.name, BytesIO(b"%PDF-damaged")) == certificate.file.name
        assert digest(actions.fetch(certificate=certificate, now=NOW)) == certificate.sha256
        with default_storage.open(certificate.file.name) as file:
            assert digest(file.read()) == certificate.sha256

    def test_bear_the_logo_that_lies_there(self) -> None:
        cohort = finished_cohort()
        content = picture()
        by = coordinator(cohort.region)
        change_region(region=cohort.region, changes={"logo": content}, by=by, now=NOW)
        certificate = actions.issue(enrolment=qualified(cohort), by=by, now=NOW)
        content.seek(0)
        assert Certificate.objects.get(pk=certificate.pk).document.region_logo == content.read()

    def test_whose_file_no_certificate_names_lose_it_after_a_day_and_nothing_else_is_touched(self) -> None:
        named = issued(qualified(finished_cohort()))
        left = store(named, b"%PDF-sealed a moment before the worker was killed")
        foreign = default_storage.save("certificates/2026/notes.pdf", BytesIO(b"%PDF-"))
        lost = store(Certificate(pk=uuid4(), year=named.year), b"%PDF-of a certificate that a restored register lacks")
        now = timezone.now()
        assert sweep(now=now) == 0
        sweep(now=now + timedelta(days=2))
        assert not default_storage.exists(left)
        assert default_storage.exists(foreign)
        assert default_storage.exists(lost)
        assert digest(actions.fetch(certificate=named, now=NOW)) == named.sha256


class TestStoreThatIsAway:
    def test_leaves_certificates_waiting_which_are_made_when_it_is_back(
        self, address: str, use_store: Callable[[str], None], cut_off: Callable[[], None]
    ) -> None:
        certificate = issued(qualified(finished_cohort()), rendered=False)
        cut_off()
        with pytest.raises(StorageAway):
            actions.render_batch(clock=lambda: NOW)
        certificate.refresh_from_db()
        assert (certificate.status, certificate.leased_until) == (CertificateStatus.ISSUED, None)
        use_store(address)
        assert actions.render_batch(clock=lambda: NOW) == 1

    def test_is_said_to_whoever_wants_a_file(self, client: Client, cut_off: Callable[[], None]) -> None:
        certificate = issued(qualified(finished_cohort()))
        cut_off()
        client.force_login(owner_of(certificate))
        answer = client.get(reverse("certificates:download", args=[certificate.pk]))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


class TestMaterial:
    def test_is_handed_out_to_those_who_may_see_it(self, client: Client) -> None:
        material = MaterialFactory(document=True)
        client.force_login(coordinator(material.session.cohort.region))
        answer = client.get(reverse("sessions:material", args=[material.pk]))
        assert b"".join(answer.streaming_content) == PDF

    def test_that_no_row_names_is_swept_after_a_day(self) -> None:
        kept, left = MaterialFactory(document=True), files.store(BytesIO(PDF))
        assert files.sweep(now=timezone.now()) == 0
        files.sweep(now=timezone.now() + timedelta(days=2))
        assert not default_storage.exists(left)
        assert default_storage.exists(kept.file.name)


@pytest.mark.parametrize(
    "url", ["s3://host/bucket", "s3://key:secret@host/", "http://key:secret@host/bucket", "s3://key:secret@/bucket"]
)
def test_an_address_that_lacks_something_stops_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_URL", url)
    with pytest.raises(SystemExit, match="STORAGE_URL"):
        read_storage("STORAGE_URL")


def test_by_https_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_URL", "s3://key:secret@s3.example.org/bucket")
    assert read_storage("STORAGE_URL")["OPTIONS"]["endpoint_url"] == "https://s3.example.org"
