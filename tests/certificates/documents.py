"""Documents to print in tests, and eyes to read the PDF with."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image
from pypdf import PdfReader

from certificates.document import CertificateDocument, CertificateModule
from certificates.pdf import press

TITLES = (
    "Uppdraget, yrkesrollen och etiken",
    "BBIC, förhandsbedömning och skyddsbedömning",
    "Utredning och analys",
    "Samtal med barn",
    "Juridik: SoL, LVU, FB, OSL, FL",
    "Dokumentation och beslut",
    "Våld i nära relation, heder och riskbedömning",
    "Insatser, placerade barn och samverkan (SIP)",
    "Handledning, hot och våld, återhämtning och avslut",
)
# As long as a module's title may be.
LONGEST_TITLE = (
    "Våld i nära relation, hedersrelaterat våld och förtryck: "
    "riskbedömning, skydd och samverkan med skola, polis och vården"
)
LONGEST_NAME = "Maria-Fernanda Čermáková Östergård von Hohenlohe-Åkerblom af Björkenäs"
SVG_LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60">
<style>.a{fill:#1D4E89}</style><circle class="a" cx="30" cy="30" r="28"/>
<rect x="70" y="12" width="120" height="36"/></svg>"""


def modules(*titles: str, missed: int | None = None) -> tuple[CertificateModule, ...]:
    return tuple(
        CertificateModule(
            number=number,
            title=title,
            date=None if number == missed else date(2026, 4, 14) + timedelta(days=28 * (number - 1)),
            hours=Decimal("6.00"),
        )
        for number, title in enumerate(titles, start=1)
    )


def document(**changes: Any) -> CertificateDocument:
    """An introduction programme of nine modules, one of them missed."""
    return replace(
        CertificateDocument(
            language="sv",
            number="SK-2026-0012",
            code="ABCD-EFGH-JKLM-NPQR",
            verification_url="https://intro.example.org/intyg/kontrollera/?nummer=SK-2026-0012&kod=ABCDEFGHJKLMNPQR",
            version=1,
            participant_name="Åsa Öberg-Lindström",
            programme_title="Introduktionsutbildning för nyexaminerade socialsekreterare",
            cohort_name="Våren 2026, omgång B",
            region_name="Påhittade Kommunförbundet",
            region_logo=None,
            primary_colour="#0B5563",
            modules=modules(*TITLES, missed=4),
            total_hours=Decimal("48.00"),
            modules_earned=8,
            modules_total=9,
            modules_required=8,
            first_date=date(2026, 4, 14),
            last_date=date(2026, 11, 24),
            issued_on=date(2026, 12, 1),
            issued_at=datetime(2026, 12, 1, 8, 30, tzinfo=UTC),
            signatory_name="Påhittad Märta Samordnarsson",
            signatory_title="Samordnare",
            place="Lund",
        ),
        **changes,
    )


def laid_out(issued: CertificateDocument) -> bytes:
    """The certificate laid out by itself, not stamped on a master."""
    return press._press(os.getpid())._laid_out(issued)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def root(pdf: bytes) -> Any:
    """The document catalogue, as loosely typed as a PDF is."""
    return read(pdf).root_object


def text(pdf: bytes) -> str:
    """All text, with white space as single blanks: lines may break anywhere."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def photograph(pdf: bytes) -> Image.Image:
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    return picture


def structure(pdf: bytes) -> list[tuple[str, str]]:
    """Every element of the tag tree in reading order: its kind and its alternative text."""
    return [(tag["/S"], tag.get("/Alt", "")) for tag in tags(pdf)]


def tags(pdf: bytes, kind: str | None = None) -> list[Any]:
    """The elements of the tag tree in reading order, or those of one kind."""
    elements: list[Any] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node and kind in (None, node["/S"]):
                elements.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(root(pdf)["/StructTreeRoot"]["/K"])
    return elements
