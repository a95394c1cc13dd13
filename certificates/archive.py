"""All certificates of a cohort in one ZIP file, made while it is sent: one certificate at a time is in memory."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from zipstream import ZipStream

from certificates.actions import fetch
from certificates.models import Certificate
from certificates.pdf import CertificateUnprintable

# What no file system takes in a name, or what leads out of the folder.
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def zipped(certificates: Iterable[Certificate], *, now: datetime) -> Iterator[bytes]:
    """Yield the file in parts; `certificates` are ready ones, with their owners.

    What is lost and can't be made again is named in a text file beside the others.
    """
    archive, missing = ZipStream(), []
    for certificate in certificates:
        try:
            content = fetch(certificate=certificate, now=now)
        except CertificateUnprintable as reason:
            missing.append(f"{certificate.number}: {reason}\n")
            continue
        archive.add(content, name_of(certificate))
        yield from archive.all_files()
    if missing:
        archive.add("".join(missing), f"{_('Could not be made')}.txt")
    yield from archive.finalize()


def name_of(certificate: Certificate) -> str:
    """The name of its file: number and owner. Unique, since of a number one version is valid at a time."""
    owner = UNSAFE.sub("", certificate.enrolment.participant.full_name).strip(" .")
    return f"{certificate.number} {owner}.pdf"
