"""What the demo region hands out: a few files and links, as coordinators and lecturers would share them."""

import io
import re
from datetime import datetime, timedelta

from accounts.models import User
from cohorts.models import Cohort
from sessions.actions import MaterialDetails, share_material
from sessions.models import CohortSession
from sessions.rules.documents import Document, examine

# Number of the module, title, link.
LINKS = (
    (1, "Etisk kod i socialt arbete", "https://example.org/etisk-kod"),
    (2, "BBIC: grundbok och formulär", "https://example.org/bbic"),
    (5, "Lagtexterna samlade", "https://example.org/lagar"),
)
# Number of the module, title, what stands on the page.
LEAFLETS = (
    (1, "Utbildningen i korthet", ("Nio tillfällen på nio månader.", "Intyg efter åtta av nio moduler.")),
    (4, "Frågor att öva på inför barnsamtal", ("Vad vill du att jag ska veta om dig?", "Vem brukar du prata med?")),
)
# In a PDF's text these marks have a backslash before them.
MARKS, BACKSLASHED = r"([\\()])", r"\\\1"


def hand_out(cohort: Cohort, *, coordinator: User, lecturer: User, now: datetime) -> None:
    """Share with every module, and at the cohort's sessions that `lecturer` teaches: at the first one her pictures, at
    the next one something that is seen from the day before on.
    """
    modules = {module.number: module for module in cohort.modules}
    for number, title, url in LINKS:
        share_material(place=modules[number], details=MaterialDetails(title=title, url=url), by=coordinator, now=now)
    for number, title, lines in LEAFLETS:
        details = MaterialDetails(title=title, document=leaflet(title, *lines))
        share_material(place=modules[number], details=details, by=coordinator, now=now)
    taught = CohortSession.objects.taught_by(lecturer).filter(cohort=cohort).order_by("starts")
    held, coming = taught.filter(ends__lte=now).first(), taught.filter(starts__gt=now).first()
    if held:
        details = MaterialDetails(title="Bilder från dagen", document=leaflet("Bilder från dagen", str(held.module)))
        share_material(place=held, details=details, by=lecturer, now=now)
    if coming:
        document = leaflet("Fall att diskutera i grupp", "Fallet är påhittat. Läs det före dagen.")
        details = MaterialDetails(
            title="Fall att diskutera i grupp", visible_from=coming.day - timedelta(days=1), document=document
        )
        share_material(place=coming, details=details, by=lecturer, now=now)


def leaflet(title: str, *lines: str) -> Document:
    """A PDF of one page that says this."""
    content = pdf(title, *lines)
    return examine(io.BytesIO(content), name=f"{title}.pdf", largest=len(content))


def pdf(title: str, *lines: str) -> bytes:
    """The smallest PDF that any reader shows: one page of A4 in its own Helvetica."""
    shown = [(20, title), *((12, line) for line in lines)]
    drawn = (f"/F {size} Tf ({re.sub(MARKS, BACKSLASHED, text)}) Tj 0 -28 Td" for size, text in shown)
    text = f"BT 72 760 Td {' '.join(drawn)} ET"
    stream = text.encode("cp1252", errors="replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /Lang (sv) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
    )
    file = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 6\n0000000000 65535 f \n%btrailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return file + end % (table, len(file))
