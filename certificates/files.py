"""Where the PDFs lie: in the private media folder, each under a name that holds the hash of its content."""

import hashlib
from pathlib import Path

from django.core.files.storage import default_storage

from certificates.models import Certificate
from common.files import write_whole


def sha256(content: bytes) -> str:
    """Return the hash of `content` in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def store(certificate: Certificate, content: bytes) -> str:
    """Write `content` durably and return its name in the storage. Storing the same bytes again changes nothing.

    Django's FileSystemStorage.save() is passed by: it neither syncs nor renames into place, so that a power cut could
    leave half a file under the final name.
    """
    name = f"certificates/{certificate.year}/{certificate.pk}-{sha256(content)[:16]}.pdf"
    write_whole(Path(default_storage.path(name)), content)
    return name


def stored(certificate: Certificate) -> bytes | None:
    """Return the PDF of a ready certificate, or None if its file is lost or no longer what was stored."""
    try:
        with certificate.file.open() as file:
            content = file.read()
    except FileNotFoundError:
        return None
    return content if sha256(content) == certificate.sha256 else None
