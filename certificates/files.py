"""Where the PDFs lie: in the private storage, each under a name that holds the hash of its content.

A worker that is killed after it has stored a file, and before the register names it, leaves it behind: a sealed one is
made again to other bytes, so under another name. `sweep` removes those.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.models import Certificate

logger = logging.getLogger(__name__)

FOLDER = "certificates"
# The latter is one that was being written.
OURS = re.compile(r"(?P<certificate>[0-9a-f-]{36})-[0-9a-f]{16}\.pdf|\.[0-9a-f]{32}")
UNDER_WAY = timedelta(days=1)  # by then the register names a file, or never will
AT_ONCE = 500


def sha256(content: bytes) -> str:
    """Return the hash of `content` in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def store(certificate: Certificate, content: bytes) -> str:
    """Write `content` durably and return its name in the storage. Storing the same bytes again changes nothing.

    Raises OSError if the storage can't take it.
    """
    name = f"{FOLDER}/{certificate.year}/{certificate.pk}-{sha256(content)[:16]}.pdf"
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


def sweep(*, now: datetime) -> int:
    """Remove files older than a day that their certificate doesn't name, AT_ONCE at most; return how many.

    Safe at any time: should one be named the moment after, it is made again when somebody asks for it. What no
    certificate is in the register for stays: the register may be an older copy, and the file all that is left of it.
    Raises StorageAway.
    """
    removed = 0
    for name in islice(_unnamed(older_than=now - UNDER_WAY), AT_ONCE):
        default_storage.delete(name)
        removed += 1
    if removed:
        logger.info("removed %s files of certificates that the register doesn't name", removed)
    return removed


def _unnamed(*, older_than: datetime) -> Iterator[str]:
    for year in _listed(FOLDER)[0]:
        folder = f"{FOLDER}/{year}/"
        named = dict(Certificate.objects.filter(year=year).values_list("pk", "file")) if year.isdecimal() else {}
        for file in _listed(folder)[1]:
            found = OURS.fullmatch(file)
            if found is None or folder + file in named.values():
                continue
            of_ours = found["certificate"] is None or UUID(found["certificate"]) in named
            if of_ours and _was_written_before(older_than, folder + file):
                yield folder + file


def _was_written_before(moment: datetime, name: str) -> bool:
    """False, too, if it is gone: it has been renamed, or another worker sweeps."""
    try:
        return default_storage.get_modified_time(name) < moment
    except FileNotFoundError:
        return False


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and files in `folder`, none if nothing was ever stored there."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
