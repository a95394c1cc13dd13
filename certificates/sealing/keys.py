"""The regions' keys: each a PKCS#12 file with its password beside it, read once in each process."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.pdf import CertificateUnprintable

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
LEAST_RSA_BITS = 2048
SOON = timedelta(days=60)  # as long as it may take to buy the next one


class SealUnavailable(CertificateUnprintable):
    """A seal is configured but can't be made now: rather no certificate than one without it. The text can be shown."""


@dataclass(frozen=True)
class SealKey:
    """What a region seals with: its certificate, those between it and the root, and the private key."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    private: PrivateKey


def key_of(region_code: str, *, at: datetime) -> SealKey | None:
    """Return the key with which `region_code` seals at `at`, None if it doesn't. Raises SealUnavailable.

    A file that was replaced is read anew, so that a renewed key needs no restart.
    """
    if region_code not in settings.SEAL_REGIONS:
        return None
    file = Path(settings.SEAL_FOLDER) / f"{region_code}.p12"
    password = file.with_suffix(".password")
    try:
        stamps = (file.stat().st_mtime_ns, password.stat().st_mtime_ns)
        key = _read(file, password, stamps)
    except OSError as error:
        raise _unavailable(region_code, _("%(file)s can't be read.") % {"file": error.filename}) from error
    except ValueError as error:
        raise _unavailable(region_code, str(error)) from error
    _check_validity(region_code, key.certificate, at)
    return key


@dataclass(frozen=True)
class SealState:
    """How it stands with a region's seal: by whom it is made and until when that can be done, or what is wrong."""

    made_by: str = ""
    ends: datetime | None = None
    ends_soon: bool = False
    problem: str = ""


def state_of(region_code: str, *, now: datetime) -> SealState | None:
    """Return how it stands with the seal of `region_code`, None if it has none."""
    try:
        key = key_of(region_code, at=now)
    except SealUnavailable as problem:
        return SealState(problem=str(problem))
    if key is None:
        return None
    ends = key.certificate.not_valid_after_utc
    return SealState(made_by=_holder(key.certificate), ends=ends, ends_soon=ends - now < SOON)


def problems(*, now: datetime) -> Iterator[str]:
    """Say of each configured seal that can't be used at `now` why not, in one line."""
    for region_code in settings.SEAL_REGIONS:
        try:
            key_of(region_code, at=now)
        except SealUnavailable as problem:
            yield str(problem)


@lru_cache(maxsize=64)
def _read(file: Path, password: Path, _stamps: tuple[int, int]) -> SealKey:
    """Read a key, again only when its files have changed. Raises OSError, and ValueError with what is wrong."""
    secret = password.read_text(encoding="utf-8").strip().encode()
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(file.read_bytes(), secret)
    except ValueError as error:
        raise ValueError(_("the password of %(file)s is wrong, or it is no PKCS#12 file.") % {"file": file}) from error
    if private is None or certificate is None:
        raise ValueError(_("%(file)s doesn't hold both a certificate and its private key.") % {"file": file})
    if not isinstance(private, PrivateKey) or (
        isinstance(private, rsa.RSAPrivateKey) and private.key_size < LEAST_RSA_BITS
    ):
        raise ValueError(_("the key in %(file)s is neither ECDSA nor RSA of at least 2048 bits.") % {"file": file})
    return SealKey(certificate, tuple(one for one in others if one.issuer != one.subject), private)


def _check_validity(region_code: str, certificate: x509.Certificate, at: datetime) -> None:
    if at < certificate.not_valid_before_utc:
        text, day = _("its certificate isn't valid before %(day)s."), certificate.not_valid_before_utc
    elif at > certificate.not_valid_after_utc:
        text, day = _("its certificate expired on %(day)s."), certificate.not_valid_after_utc
    else:
        return
    raise _unavailable(region_code, text % {"day": date_format(timezone.localtime(day), "DATE_FORMAT")})


def _holder(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _unavailable(region_code: str, problem: str) -> SealUnavailable:
    return SealUnavailable(
        _("The seal of %(region)s can't be used: %(problem)s") % {"region": region_code, "problem": problem}
    )
