"""Anyone can check the file of a certificate: whether it is the one that was issued, and what the register says."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from certificates import actions, pdf
from certificates.models import Certificate, FormerFile
from certificates.rules.verifying import SealVerdict, judge_seal
from certificates.sealing import seal
from certificates.verifying import AT_ONCE
from common.crowding import one_of
from tests.certificates.documents import document
from tests.certificates.people import finished_cohort, issued, qualified
from tests.certificates.seals import Authority, install
from tests.conftest import OpenPage
from tests.factories import NOW, coordinator
from tests.journey.accessibility import violations, width_beyond_the_window

pytestmark = pytest.mark.django_db

ADDRESS = "/kontrollera/"
MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def certificate() -> Certificate:
    return issued(qualified(finished_cohort()))


@pytest.fixture
def keys(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the seals' keys; no region has one yet."""
    settings.SEAL_FOLDER = str(tmp_path / "seals")
    return tmp_path / "seals"


@pytest.fixture
def sealed(keys: Path, settings: Settings) -> Certificate:
    """A certificate that its region has sealed."""
    enrolment = qualified(finished_cohort())
    code = enrolment.cohort.region.code
    settings.SEAL_REGIONS = [code, "XX"]
    install(keys, code, Authority().seal_key("Region Sigill"))
    return issued(enrolment)


def content_of(certificate: Certificate) -> bytes:
    return actions.fetch(certificate=certificate, now=NOW)


def send(client: Client, content: bytes, **answers: str) -> Any:
    upload = SimpleUploadedFile("intyg.pdf", content, "application/pdf")
    return client.post(ADDRESS, {"fil": upload, "file": "1"} | answers)


def changed(content: bytes) -> bytes:
    """The file with one bit changed, in a comment that nobody sees."""
    place = content.index(b"\n%") + 3
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def saved_anew(content: bytes) -> bytes:
    """The file as another program saves it, without its seal."""
    file = BytesIO()
    with pikepdf.open(BytesIO(content)) as opened:
        for name in ("/AcroForm", "/Perms"):
            if name in opened.Root:
                del opened.Root[name]
        page = opened.pages[0].obj
        page.Annots = pikepdf.Array([one for one in page.Annots if one.Subtype != "/Widget"])
        opened.save(file)
    return file.getvalue()


class TestTheFileThatWasIssued:
    def test_is_genuine_and_its_programme_is_told_but_not_the_name(
        self, client: Client, certificate: Certificate
    ) -> None:
        page = send(client, content_of(certificate)).content.decode()
        assert "Filen är äkta" in page
        assert certificate.data["programme_title"] in page
        assert certificate.data["participant_name"] not in page

    def test_the_name_is_confirmed_to_who_writes_it(self, client: Client, certificate: Certificate) -> None:
        content, name = content_of(certificate), certificate.data["participant_name"]
        assert send(client, content, namn=name.upper()).context["name_is_right"]
        assert not send(client, content, namn="Någon Annan").context["name_is_right"]

    def test_is_still_genuine_when_it_was_made_again_to_other_bytes(
        self, client: Client, certificate: Certificate
    ) -> None:
        content = content_of(certificate)
        FormerFile.objects.create(certificate=certificate, sha256=certificate.sha256)
        Certificate.objects.filter(pk=certificate.pk).update(sha256="0" * 64)
        assert "Filen är äkta" in send(client, content).content.decode()

    def test_says_that_it_is_revoked_when_it_is(self, client: Client, certificate: Certificate) -> None:
        content = content_of(certificate)
        actions.revoke(certificate=certificate, by=coordinator(certificate.region), reason="Hemligt skäl", now=NOW)
        page = send(client, content).content.decode()
        assert "Filen är äkta, men gäller inte längre" in page
        assert "Återkallat" in page
        assert "Hemligt skäl" not in page

    def test_needs_no_reading(self, client: Client, certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("common.apart.sys.executable", "/nowhere")
        assert "Filen är äkta" in send(client, content_of(certificate)).content.decode()


class TestAFileThatWasNotIssued:
    def test_with_a_broken_seal_is_called_so_beside_what_the_register_says(
        self, client: Client, sealed: Certificate
    ) -> None:
        page = send(client, changed(content_of(sealed))).content.decode()
        assert "Sigillet är brutet" in page
        assert sealed.data["programme_title"] in page

    @pytest.mark.parametrize(
        ("place", "hidden"),
        [
            (40, b"1"),
            (40, b"Hemligt".hex().encode()),
            (40, b" "),
            (-3, b"\t\n"),
            (-2, b"F"),
            (40, b"zz"),
            (40, b">%"),
        ],
        ids=["a digit", "words", "a blank", "blanks at the end", "the last digit", "no digit", "a comment"],
    )
    def test_with_anything_hidden_behind_its_signature_is_not_the_one_issued(
        self, client: Client, sealed: Certificate, place: int, hidden: bytes
    ) -> None:
        content = content_of(sealed)
        padding = max(re.finditer(rb"(?:00)+>", content), key=lambda found: len(found[0]))
        start = (padding.start() if place > 0 else padding.end()) + place
        page = send(client, content[:start] + hidden + content[start + len(hidden) :]).content.decode()
        assert "inte filen som utfärdades" in page

    def test_whose_signature_is_written_in_other_letters_has_a_broken_seal(
        self, client: Client, sealed: Certificate
    ) -> None:
        content = content_of(sealed)
        signature = bytes(sealed.seal or b"").hex().encode()
        page = send(client, content.replace(signature, signature.upper())).content.decode()
        assert "Sigillet är brutet" in page

    def test_without_the_seal_it_had_is_called_so(self, client: Client, sealed: Certificate) -> None:
        page = send(client, saved_anew(content_of(sealed))).content.decode()
        assert "saknas" in page
        assert sealed.data["programme_title"] in page

    def test_sealed_by_another_in_the_regions_name_is_no_genuine_one(
        self, client: Client, sealed: Certificate, keys: Path
    ) -> None:
        install(keys, "XX", Authority().seal_key("Region Sigill"))
        forged = replace(sealed.document, participant_name="Falsk Person")
        page = send(client, seal(pdf.render(forged), region_code="XX", at=NOW).pdf).content.decode()
        assert "inte filen som utfärdades" in page
        assert "kallar sig ”Region Sigill”" in page

    def test_unless_the_regions_own_seal_on_it_is_unbroken(self, client: Client, sealed: Certificate) -> None:
        content = content_of(sealed)
        Certificate.objects.filter(pk=sealed.pk).update(sha256="0" * 64)
        assert "obrutet sigill från Region Sigill" in send(client, content).content.decode()

    def test_of_an_unsealed_certificate_says_what_may_have_happened(
        self, client: Client, certificate: Certificate
    ) -> None:
        page = send(client, saved_anew(content_of(certificate))).content.decode()
        assert "sparats eller skrivits ut på nytt" in page
        assert certificate.data["programme_title"] in page

    def test_that_names_a_number_with_a_wrong_code_learns_nothing(
        self, client: Client, certificate: Certificate
    ) -> None:
        address = "https://x.example.org/kontrollera/?nummer={}&kod=" + "0" * 16
        pages = [
            send(client, pdf.render(replace(certificate.document, verification_url=address.format(number))))
            for number in (certificate.number, "XX-2026-9999")
        ]
        assert all("inget av våra intyg" in page.content.decode() for page in pages)
        assert all(page.context["certificate"] is None for page in pages)

    def test_of_somebody_elses_says_what_to_do(self, client: Client) -> None:
        page = send(client, pdf.render(document())).content.decode()
        assert "inget av våra intyg" in page
        assert "be den som gav dig filen om originalet" in page


def encrypted(content: bytes) -> bytes:
    file = BytesIO()
    with pikepdf.open(BytesIO(content)) as opened:
        opened.save(file, encryption=pikepdf.Encryption(owner="a", user="b"))
    return file.getvalue()


def endless(_content: bytes) -> bytes:
    """A tree of pages that is its own branch."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 9/Kids[2 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF /ByteRange"
    )


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: b"", "tom"),
        (lambda content: b"GIF89a", "ingen PDF"),
        (lambda content: b"%PDF-1.7\n" + bytes(1000), "skadad"),
        (lambda content: content + bytes(5 * MIB), "större än 5"),
        (encrypted, "lösenord"),
        (endless, "skadad"),
    ],
    ids=["empty", "picture", "no structure", "too large", "encrypted", "endless"],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    client: Client, spoil: Callable[[bytes], bytes], said: str
) -> None:
    page = send(client, spoil(pdf.render(document())))
    assert page.status_code == 422
    assert said in str(page.context["file_form"].errors["fil"])


def test_a_form_without_a_file_is_pointed_at(client: Client) -> None:
    page = client.post(ADDRESS, {"file": "1"})
    assert page.status_code == 422
    assert "fil" in page.context["file_form"].errors


def test_a_large_file_never_touches_the_disk(
    client: Client, certificate: Certificate, settings: Settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")  # to write there would fail
    assert send(client, content_of(certificate) + bytes(4 * MIB)).status_code == 200


def test_nothing_of_it_is_logged(client: Client, certificate: Certificate, caplog: pytest.LogCaptureFixture) -> None:
    send(client, changed(content_of(certificate)))
    assert certificate.number not in caplog.text
    assert certificate.data["participant_name"] not in caplog.text


def test_who_sends_too_many_must_wait_a_minute(client: Client) -> None:
    for _time in range(10):
        assert send(client, b"GIF89a").status_code == 422
    assert send(client, b"GIF89a").status_code == 429


def test_while_many_files_are_read_another_waits_but_one_that_was_issued_is_known_at_once(
    client: Client, certificate: Certificate
) -> None:
    content = content_of(certificate)
    with ExitStack() as held:
        for _place in range(AT_ONCE):
            held.enter_context(one_of(AT_ONCE, "verify_file"))
        page = send(client, changed(content), namn="Åsa Öberg")
        assert page.status_code == 503
        assert "om en stund" in str(page.context["file_form"].errors["fil"])
        assert 'value="Åsa Öberg"' in page.content.decode()
        assert "Filen är äkta" in send(client, content).content.decode()
    assert send(client, changed(content)).status_code == 200


def test_forged_requests_are_refused_as_everywhere() -> None:
    assert send(Client(enforce_csrf_checks=True), b"GIF89a").status_code == 403


@pytest.mark.parametrize(
    ("found", "unbroken", "expected", "verdict"),
    [
        (None, False, None, None),
        (None, False, "ours", SealVerdict.MISSING),
        ("ours", True, "ours", SealVerdict.REGIONS),
        ("ours", False, "ours", SealVerdict.BROKEN),
        ("theirs", True, "ours", SealVerdict.STRANGE),
        ("theirs", True, None, SealVerdict.STRANGE),
    ],
)
def test_a_seal_is_judged_by_its_key(
    found: str | None, unbroken: bool, expected: str | None, verdict: SealVerdict | None
) -> None:
    assert judge_seal(found=found, unbroken=unbroken, expected=expected) == verdict


@pytest.mark.browser
@pytest.mark.parametrize(("width", "java_script"), [(390, True), (1280, False)])
def test_a_visitor_checks_a_file_and_one_that_was_changed(
    open_page: OpenPage,
    live_server: LiveServer,
    certificate: Certificate,
    tmp_path: Path,
    width: int,
    java_script: bool,
) -> None:
    page = open_page(viewport={"width": width, "height": 900}, java_script_enabled=java_script)
    content = content_of(certificate)
    for name, bytes_of_it, said in (
        ("intyg.pdf", content, "Filen är äkta"),
        ("annat.pdf", saved_anew(content), "Det här är inte filen som utfärdades"),
    ):
        (tmp_path / name).write_bytes(bytes_of_it)
        page.goto(f"{live_server.url}{ADDRESS}")
        page.get_by_label("Intygets fil").set_input_files(tmp_path / name)
        page.get_by_role("button", name="Kontrollera filen").click()
        expect(page.get_by_text(said)).to_be_visible()
        expect(page.get_by_text(certificate.data["programme_title"])).to_be_visible()
        assert width_beyond_the_window(page) == 0
        if java_script:
            assert violations(page) == []
    page.emulate_media(media="print")
    expect(page.get_by_text(certificate.data["programme_title"])).to_be_visible()
    expect(page.get_by_label("Intygets fil")).to_be_hidden()
