"""A region's seal on a certificate: who made it, that nothing was changed, and the same file again."""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import page
import pytest
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import check_ess_certid, find_unique_cms_attribute
from pyhanko.sign.validation import ValidationContext, read_certification_data, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pytest_django import Settings

from accounts.models import User
from certificates import pdf
from certificates.sealing import SealMisfits, SealUnavailable, problems, seal
from tests.certificates.documents import document, text
from tests.certificates.people import finished_cohort, issued, qualified
from tests.certificates.seals import Authority, Key, as_asn1, ecdsa, install, rsa_3072
from tests.factories import NOW, ProgrammeFactory


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def certificate() -> bytes:
    return pdf.render(document())


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the keys lie; SK seals, no other region."""
    settings.SEAL_FOLDER = str(tmp_path / "seals")
    settings.SEAL_REGIONS = ["SK"]
    settings.SEAL_TIMESTAMP_URL = ""
    return tmp_path / "seals"


@pytest.fixture
def key(folder: Path, authority: Authority) -> bytes:
    key = authority.seal_key()
    install(folder, "SK", key)
    return key


def status(sealed: bytes, authority: Authority) -> PdfSignatureStatus:
    """What pyHanko, trusting the test authority alone, finds of the one signature."""
    [signature] = PdfFileReader(BytesIO(sealed)).embedded_signatures
    context = ValidationContext(trust_roots=[as_asn1(authority.root)], moment=NOW, allow_fetching=False)
    with ThreadPoolExecutor(1) as thread:  # pyHanko wants an event loop of its own; this one's may be the browser's
        return thread.submit(validate_pdf_signature, signature, context).result()


@pytest.mark.parametrize("new_key", [ecdsa, rsa_3072])
def test_whoever_trusts_the_authority_finds_the_seal_valid_and_over_the_whole_file(
    folder: Path, authority: Authority, certificate: bytes, new_key: Callable[[], Key]
) -> None:
    install(folder, "SK", authority.seal_key("Region Påhittad", key=new_key()))
    found = status(seal(certificate, region_code="SK", at=NOW).pdf, authority)
    assert found.bottom_line
    assert found.coverage.name == "ENTIRE_FILE"
    assert found.signing_cert.subject.native["organization_name"] == "Region Påhittad"
    assert found.signer_reported_dt == NOW.replace(microsecond=0)
    assert found.timestamp_validity is None


def test_seals_made_from_a_pattern_are_valid_whatever_the_size_of_their_signature(
    key: bytes, authority: Authority, certificate: bytes
) -> None:
    sealed = [seal(certificate, region_code="SK", at=NOW) for _time in range(20)]
    assert len({len(one.signature.rstrip(b"\0")) for one in sealed}) > 1
    assert all(status(one.pdf, authority).bottom_line for one in sealed)


def test_a_time_stamp_is_in_the_seal_when_a_service_is_set(
    settings: Settings, key: bytes, authority: Authority, certificate: bytes
) -> None:
    with authority.time_stamps() as settings.SEAL_TIMESTAMP_URL:
        sealed = seal(certificate, region_code="SK", at=NOW)
    found = status(sealed.pdf, authority)
    assert found.bottom_line
    assert found.timestamp_validity.trusted
    assert found.timestamp_validity.timestamp == NOW.replace(microsecond=0)
    assert seal(certificate, region_code="SK", at=NOW, kept=sealed.signature) == sealed


@pytest.mark.parametrize("level", ["B-B", "B-T"])
def test_a_seal_is_a_pades_signature_of_its_level(
    settings: Settings, key: bytes, authority: Authority, certificate: bytes, level: str
) -> None:
    """EN 319 142-1: who signed is signed, too; when stands in the PDF, and is attested at level T alone."""
    with authority.time_stamps() as service:
        settings.SEAL_TIMESTAMP_URL = service if level == "B-T" else ""
        sealed = seal(certificate, region_code="SK", at=NOW).pdf
    [signature] = PdfFileReader(BytesIO(sealed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/M"] == "D:20260310090000Z"
    signed, unsigned = (signature.signer_info[name] for name in ("signed_attrs", "unsigned_attrs"))
    assert names_of(signed) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert names_of(unsigned) == ({"signature_time_stamp_token"} if level == "B-T" else set())
    [signing] = find_unique_cms_attribute(signed, "signing_certificate_v2")["certs"]
    assert check_ess_certid(signature.signer_cert, signing)


def names_of(attributes: Any) -> set[str]:
    """What CMS attributes are called."""
    return {attribute["type"].native for attribute in attributes}


def test_a_seal_certifies_the_document_and_permits_no_change(key: bytes, certificate: bytes) -> None:
    reader = PdfFileReader(BytesIO(seal(certificate, region_code="SK", at=NOW).pdf))
    [signature] = reader.embedded_signatures
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    certification = read_certification_data(reader)
    assert certification is not None
    assert (certification.permission, certification.author_sig) == (MDPPerm.NO_CHANGES, signature.sig_object)


@pytest.mark.django_db
def test_the_certificate_that_is_downloaded_has_a_valid_seal(key: bytes, authority: Authority, client: Client) -> None:
    earned = issued(qualified(finished_cohort(programme=ProgrammeFactory(region__code="SK", modules=2))))
    client.force_login(User.objects.get(participants=earned.enrolment.participant))
    downloaded = b"".join(client.get(reverse("certificates:download", args=[earned.pk])))
    found = status(downloaded, authority)
    assert found.bottom_line
    assert found.coverage.name == "ENTIRE_FILE"
    assert text(downloaded) == text(pdf.render(earned.document))


def test_a_seal_by_an_authority_that_nobody_trusts_is_intact_but_not_valid(
    folder: Path, authority: Authority, certificate: bytes
) -> None:
    install(folder, "SK", Authority("Another Root").seal_key())
    found = status(seal(certificate, region_code="SK", at=NOW).pdf, authority)
    assert found.intact
    assert not found.bottom_line


def test_a_changed_byte_anywhere_breaks_the_seal(key: bytes, authority: Authority, certificate: bytes) -> None:
    sealed = seal(certificate, region_code="SK", at=NOW)
    zeros = re.search(rb"(?:00)+>", sealed.pdf)  # after the signature, which ends before the room for it does
    for place in range(200, len(sealed.pdf) - 200, len(sealed.pdf) // 25):
        if not zeros.start() <= place < zeros.end():
            changed = bytearray(sealed.pdf)
            changed[place] ^= 1
            assert is_broken(bytes(changed), authority), place


def is_broken(sealed: bytes, authority: Authority) -> bool:
    try:
        return not status(sealed, authority).bottom_line
    except Exception:
        return True  # it can't be read any more


def test_what_is_added_after_the_seal_is_found(key: bytes, authority: Authority, certificate: bytes) -> None:
    sealed = seal(certificate, region_code="SK", at=NOW).pdf
    assert status(sealed + b"\n% added\n", authority).coverage.name != "ENTIRE_FILE"


@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1], ids=str)
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", ["certificate", "statement"])
def test_plain_and_sealed_it_conforms_to_pdf_a_3a_and_pdf_ua_1(
    key: bytes, kind: str, language: str, profile: Any
) -> None:
    plain = pdf.render(document(kind=kind, language=language))
    sealed = seal(plain, region_code="SK", at=NOW).pdf
    for content in (plain, sealed):
        report = page.validate_pdf_bytes(content, profile=profile)
        assert [failure.message for failure in report.failures] == []
        assert report.is_compliant
    assert text(sealed) == text(plain)


def test_a_kept_seal_makes_the_same_file_again_without_the_key(folder: Path, key: bytes, certificate: bytes) -> None:
    sealed = seal(certificate, region_code="SK", at=NOW)
    (folder / "SK.p12").unlink()
    assert seal(certificate, region_code="SK", at=NOW, kept=sealed.signature) == sealed


def test_a_kept_seal_is_not_put_on_another_file(key: bytes, certificate: bytes) -> None:
    sealed = seal(certificate, region_code="SK", at=NOW)
    other = pdf.render(document(participant_name="Någon Annan"))
    with pytest.raises(SealMisfits):
        seal(other, region_code="SK", at=NOW, kept=sealed.signature)
    with pytest.raises(SealMisfits):
        seal(certificate, region_code="SK", at=NOW + timedelta(seconds=1), kept=sealed.signature)


def test_a_region_without_a_seal_gets_its_certificates_as_they_are(key: bytes, certificate: bytes) -> None:
    sealed = seal(certificate, region_code="VK", at=NOW)
    assert (sealed.pdf, sealed.signature) == (certificate, None)


def no_file(folder: Path, authority: Authority) -> None:
    (folder / "SK.p12").unlink()


def no_password(folder: Path, authority: Authority) -> None:
    (folder / "SK.password").unlink()


def wrong_password(folder: Path, authority: Authority) -> None:
    install(folder, "SK", authority.seal_key(), password="fel")


def no_pkcs12(folder: Path, authority: Authority) -> None:
    install(folder, "SK", b"-----BEGIN CERTIFICATE-----")


def expired(folder: Path, authority: Authority) -> None:
    install(folder, "SK", authority.seal_key(ends=NOW - timedelta(days=1)))


def not_yet_valid(folder: Path, authority: Authority) -> None:
    install(folder, "SK", authority.seal_key(starts=NOW + timedelta(days=1)))


def weak(folder: Path, authority: Authority) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    install(folder, "SK", authority.seal_key(key=rsa.generate_private_key(65537, 1024)))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_file, "SK.p12"),
        (no_password, "SK.password"),
        (wrong_password, "lösenordet"),
        (no_pkcs12, "PKCS#12"),
        (expired, "gick ut"),
        (not_yet_valid, "gäller inte före"),
        (weak, "2048"),
    ],
)
def test_a_seal_that_cannot_be_made_is_said_in_one_line_and_no_certificate_goes_without(
    folder: Path, key: bytes, authority: Authority, certificate: bytes, spoil: Callable[..., None], said: str
) -> None:
    spoil(folder, authority)
    with pytest.raises(SealUnavailable, match=said) as refused:
        seal(certificate, region_code="SK", at=NOW)
    assert list(problems(now=NOW)) == [str(refused.value)]
    assert "\n" not in str(refused.value)


def test_a_seal_that_can_be_made_has_no_problem(key: bytes) -> None:
    assert list(problems(now=NOW)) == []


def test_a_renewed_key_is_taken_without_a_restart(folder: Path, authority: Authority, certificate: bytes) -> None:
    for name in ("Region Gammal", "Region Ny"):
        install(folder, "SK", authority.seal_key(name))
        stamp = NOW.timestamp() + len(name)
        os.utime(folder / "SK.p12", (stamp, stamp))
        found = status(seal(certificate, region_code="SK", at=NOW).pdf, authority)
        assert found.signing_cert.subject.native["organization_name"] == name


def test_no_seal_is_made_while_the_time_stamp_service_is_away(
    settings: Settings, key: bytes, certificate: bytes
) -> None:
    settings.SEAL_TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(SealUnavailable, match="tidsstämpl"):
        seal(certificate, region_code="SK", at=NOW)
