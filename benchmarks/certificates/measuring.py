"""How a way is measured, and that it makes what it is to make."""

import time
from collections.abc import Callable

import zxingcpp
from page import ValidationProfile, validate_pdf_bytes

from benchmarks.certificates.people import documents
from certificates.document import CertificateDocument
from tests.certificates.documents import photograph, read, text

ROUNDS = 5


def one_by_one(write: Callable[[CertificateDocument], bytes], *, count: int, tagged: bool) -> dict[str, float]:
    """Return milliseconds and size of what `write` makes of `count` documents, one after the other, when it is warm."""
    issued = list(documents(count))
    for each in issued[:3]:
        pdf = write(each)
        check(pdf, each, tagged=tagged)
    rounds = [milliseconds(lambda: [write(each) for each in issued], len(issued)) for _ in range(ROUNDS)]
    return {"ms": min(rounds), "kB": len(pdf) / 1000}


def milliseconds(make: Callable[[], object], count: int) -> float:
    """Return the CPU milliseconds that `make` takes for each of `count` certificates."""
    began = time.process_time()
    make()
    return (time.process_time() - began) * 1000 / count


def check(pdf: bytes, issued: CertificateDocument, *, tagged: bool) -> None:
    """Raise AssertionError unless the file is one page, says what it is to say, and is valid as far as it is tagged."""
    assert len(read(pdf).pages) == 1
    for words in (issued.participant_name, issued.number, issued.code, issued.modules[-1].title):
        assert words in text(pdf), words
    assert zxingcpp.read_barcodes(photograph(pdf))[0].text == issued.verification_url
    if tagged:
        assert validate_pdf_bytes(pdf, profile=ValidationProfile.PDF_UA_1).is_compliant
