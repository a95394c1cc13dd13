"""Signatures in CMS, as PAdES wants them: level B-B, or B-T when a time stamp service is set."""

import asyncio
import hashlib
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.sealing.keys import PrivateKey, SealKey, SealUnavailable

Result = TypeVar("Result")
PATIENCE = 10  # seconds for the time stamp service
# Bytes around the certificates: of the structure and the signature, and of a time stamp with its own certificates.
ROOM_FOR_SIGNATURE = 2_048
ROOM_FOR_TIME_STAMP = 10_240
SOME_DIGEST = hashlib.sha256().digest()


def room_for(key: SealKey) -> int:
    """How many bytes a seal made with `key` may need."""
    certificates = sum(len(one.public_bytes(Encoding.DER)) for one in (key.certificate, *key.chain))
    return certificates + ROOM_FOR_SIGNATURE + (ROOM_FOR_TIME_STAMP if settings.SEAL_TIMESTAMP_URL else 0)


def sign(digest: bytes, key: SealKey) -> bytes:
    """Return the signature of a file with this SHA-256. Raises SealUnavailable if the time stamp doesn't come."""
    signature = _with_time_stamp(digest, key) if settings.SEAL_TIMESTAMP_URL else _from_pattern(digest, key)
    if len(signature) > room_for(key):
        raise SealUnavailable(_("The time stamp of the service is larger than a seal has room for."))
    return signature


def _with_time_stamp(digest: bytes, key: SealKey) -> bytes:
    stamper = RequestsHTTPTimeStamper(settings.SEAL_TIMESTAMP_URL, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    try:
        return _packed(_Signer(key), digest, stamper)
    except TimestampRequestError as error:
        raise SealUnavailable(_("The time stamp service doesn't answer as it should.")) from error


def _from_pattern(digest: bytes, key: SealKey) -> bytes:
    """What `_packed` makes without a time stamp, ten times quicker: all but digest and signature is always the same."""
    signature = _signature(key.private, _attributes(key).replace(SOME_DIGEST, digest))
    pattern = _pattern(key, len(signature))  # an ECDSA signature has one of a few sizes
    return pattern.replace(SOME_DIGEST, digest).replace(_some_signature(len(signature)), signature)


@lru_cache(maxsize=64)
def _attributes(key: SealKey) -> bytes:
    """What is signed about a file with SOME_DIGEST."""
    attributes = _result_of(_Signer(key).signed_attrs(SOME_DIGEST, "sha256", use_pades=True))
    return bytes(attributes.dump())


@lru_cache(maxsize=256)
def _pattern(key: SealKey, size: int) -> bytes:
    """A seal for a file with SOME_DIGEST, and a signature of `size` bytes."""
    return _packed(_Signer(key, _some_signature(size)), SOME_DIGEST)


def _some_signature(size: int) -> bytes:
    return b"\xff" * size


def _packed(signer: Signer, digest: bytes, stamper: TimeStamper | None = None) -> bytes:
    signing = signer.async_sign(digest, "sha256", use_pades=True, timestamper=stamper)
    return bytes(_result_of(signing).dump())


def _result_of(work: Coroutine[Any, Any, Result]) -> Result:
    """What pyHanko's asynchronous `work` comes to: in a thread, since the caller's own may be running a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class _Signer(Signer):
    """Signs with a key that is read already: pyHanko's own for keys in memory reads it anew each time, for 0.2 s.

    With `signature`, that one is put in whatever is to be signed.
    """

    def __init__(self, key: SealKey, signature: bytes = b"") -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple([_as_asn1(one) for one in key.chain])
        super().__init__(signing_cert=_as_asn1(key.certificate), cert_registry=registry, embed_roots=False)
        self._key = key.private
        self._given = signature

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._given or _signature(self._key, data)


def _signature(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, PKCS1v15(), SHA256())
    return key.sign(data, ec.ECDSA(SHA256()))


def _as_asn1(certificate: x509.Certificate) -> Certificate:
    return Certificate.load(certificate.public_bytes(Encoding.DER))
