"""Where the PDFs lie: in the private storage, each under a name that holds the hash of its content."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.models import Certificate


def sha256(content: bytes) -> str:
    """Return the hash of `content` in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def store(certificate: Certificate, content: bytes) -> str:
    """Write `content` durably and return its name in the storage. Storing the same bytes again changes nothing.

    Raises OSError if the storage can't take it.
    """
    name = f"certificates/{certificate.year}/{certificate.pk}-{sha256(content)[:16]}.pdf"
    return default_storage.save(name, ContentFile(content))


def stored(certificate: Certificate) -> bytes | None:
    """Return the PDF of a ready certificate, or None if its file is lost or no longer what was stored.

    Raises StorageAway if nobody can say.
    """
    try:
        with certificate.file.open() as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content if sha256(content) == certificate.sha256 else None
