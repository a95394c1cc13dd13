"""A certification authority for seals and its RFC 3161 time stamp service, both made for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate as Asn1Certificate
from certomancer.services import TimeStamper
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.factories import NOW

PASSWORD = "$hemligt åäö"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def ecdsa() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def rsa_3072() -> Key:
    return rsa.generate_private_key(65537, 3072)


@dataclass
class Authority:
    """Issues certificates for seals through an intermediate, as the real ones do."""

    name: str = "Test Root"
    _keys: dict[str, Key] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self._issue(self.name, issuer=self.name, key=ecdsa(), authority=True)
        self.intermediate = self._issue("Test Seals", issuer=self.name, key=ecdsa(), authority=True)

    def seal_key(
        self,
        subject: str = "Påhittade Kommunförbundet",
        *,
        key: Key | None = None,
        starts: datetime = NOW - timedelta(days=30),
        ends: datetime = NOW + timedelta(days=365),
        password: str = PASSWORD,
    ) -> bytes:
        """A PKCS#12 file as an authority delivers it, with the certificates up to the root."""
        key = key or ecdsa()
        certificate = self._issue(subject, issuer="Test Seals", key=key, starts=starts, ends=ends)
        return pkcs12.serialize_key_and_certificates(
            b"seal", key, certificate, [self.intermediate, self.root], BestAvailableEncryption(password.encode())
        )

    @contextmanager
    def time_stamps(self) -> Iterator[str]:
        """The address of a service that stamps the time; it stops when the block ends."""
        key = ecdsa()
        stamper = TimeStamper(
            as_asn1(self._issue("Test Clock", issuer=self.name, key=key, purpose=ExtendedKeyUsageOID.TIME_STAMPING)),
            PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
            fixed_dt=NOW,
        )

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
                answer = stamper.request_tsa_response(request).dump()
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        with HTTPServer(("127.0.0.1", 0), Answer) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}/"
            server.shutdown()
            thread.join()

    def _issue(
        self,
        subject: str,
        *,
        issuer: str,
        key: Key,
        authority: bool = False,
        purpose: x509.ObjectIdentifier | None = None,
        starts: datetime = NOW - timedelta(days=3650),
        ends: datetime = NOW + timedelta(days=3650),
    ) -> x509.Certificate:
        if authority:
            self._keys[subject] = key
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
        )
        builder = (
            x509.CertificateBuilder(_name(issuer), _name(subject), key.public_key(), x509.random_serial_number())
            .not_valid_before(starts.astimezone(UTC))
            .not_valid_after(ends.astimezone(UTC))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._keys[issuer].public_key()), critical=False
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not authority,
                    content_commitment=not authority and not purpose,
                    key_cert_sign=authority,
                    crl_sign=authority,
                    **usage,
                ),
                critical=True,
            )
        )
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        return builder.sign(self._keys[issuer], hashes.SHA256())


def install(folder: Path, region_code: str, key_file: bytes, *, password: str = PASSWORD) -> None:
    """Put a key where the portal looks for it."""
    folder.mkdir(exist_ok=True)
    (folder / f"{region_code}.p12").write_bytes(key_file)
    (folder / f"{region_code}.password").write_text(f"{password}\n", encoding="utf-8")


def as_asn1(certificate: x509.Certificate) -> Asn1Certificate:
    return Asn1Certificate.load(certificate.public_bytes(Encoding.DER))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, common), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )
