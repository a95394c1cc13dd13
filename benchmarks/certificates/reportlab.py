"""Untagged: reportlab writes no structure."""

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.certificates.measuring import one_by_one
from certificates.document import CertificateDocument
from certificates.pdf.fetcher import ASSETS
from certificates.pdf.images import qr_code
from certificates.pdf.words import lines, rows, title

INK, GREY, RULE = (HexColor(colour) for colour in ("#16262b", "#4a5b60", "#b9c4c1"))
LEFT, RIGHT = 24 * mm, 186 * mm
MODULE, DATE, SIGNATURE, BESIDE_QR, CODE = (LEFT + indent for indent in (37, 309, 221, 102, 267))
QR_SIDE = 81


def measure() -> dict[str, float]:
    """Return CPU milliseconds and size of one."""
    for name in ("Regular", "Semibold"):
        registerFont(TTFont(name, ASSETS / f"SourceSans3-{name}.ttf"))
    return one_by_one(_draw, count=60, tagged=False)


def _draw(issued: CertificateDocument) -> bytes:
    file = BytesIO()
    page = _Page(file, lang="sv", invariant=1)
    page.setTitle(title(issued))
    page.setAuthor(issued.region_name)
    said = {name: line.text for name, line in lines(issued).items()}
    _head(page, issued, said)
    _table(page, issued, said)
    _foot(page, issued, said)
    page.save()
    return file.getvalue()


class _Page(Canvas):  # type: ignore[misc]  # reportlab has no types
    """A page on which text has a colour and a font, and lines a width."""

    def write(
        self, text: str, y: float, x: float = LEFT, *, font: str = "Regular", size: float = 10.5, colour: HexColor = INK
    ) -> None:
        self._dip(font, size, colour)
        self.drawString(x, y, text)

    def write_right(self, text: str, y: float, *, font: str = "Regular", size: float = 10.5) -> None:
        self._dip(font, size, INK)
        self.drawRightString(RIGHT, y, text)

    def rule(self, y: float, width: float, *, colour: HexColor = INK, start: float = LEFT, end: float = RIGHT) -> None:
        self.setStrokeColor(colour)
        self.setLineWidth(width)
        self.line(start, y, end, y)

    def _dip(self, font: str, size: float, colour: HexColor) -> None:
        self.setFillColor(colour)
        self.setFont(font, size)


def _head(page: _Page, issued: CertificateDocument, said: dict[str, str]) -> None:
    accent = HexColor(issued.primary_colour)
    page.setFillColor(accent)
    for dot in range(9):
        page.circle(LEFT + 4 + 11 * (dot % 3), 760 + 11 * (dot // 3), 3.9, stroke=0, fill=1)
    page.write(issued.region_name, 766, LEFT + 45, font="Semibold", size=13)
    page.rule(740, 1.4, colour=accent)
    page.write("Intyg", 676, font="Semibold", size=38, colour=accent)
    page.write("Härmed intygas att", 645, size=12, colour=GREY)
    page.write(said["name"], 613, font="Semibold", size=28)
    page.write("har genomfört utbildningen", 584, size=12, colour=GREY)
    page.write(issued.programme_title, 565, font="Semibold", size=16)
    page.write(said["period"], 545)
    page.write(said["count"], 531)


def _table(page: _Page, issued: CertificateDocument, said: dict[str, str]) -> None:
    for heading, x in (("Nr", LEFT), ("Modul", MODULE), ("Datum", DATE)):
        page.write(heading, 497, x, font="Semibold", size=9, colour=GREY)
    page.write_right("Timmar", 497, font="Semibold", size=9)
    page.rule(490, 1)
    y = 475.0
    for number, module in enumerate(rows(issued), start=1):
        page.write(str(module.number), y, colour=GREY)
        page.write(module.title, y, MODULE)
        page.write(said[f"date {number}"], y, DATE)
        page.write_right(said[f"hours {number}"], y)
        page.rule(y - 7, 0.6, colour=RULE)
        y -= 22
    page.write("Timmar totalt", y, font="Semibold")
    page.write_right(said["total"], y, font="Semibold")


def _foot(page: _Page, issued: CertificateDocument, said: dict[str, str]) -> None:
    page.write(said["issued"], 196)
    page.rule(186, 0.7, end=LEFT + 193)
    page.write("Ort och datum", 174, size=9, colour=GREY)
    page.rule(186, 0.7, start=SIGNATURE)
    page.write(issued.signatory_name, 174, SIGNATURE, font="Semibold")
    page.write(issued.signatory_title, 160, SIGNATURE)
    page.rule(136, 0.6, colour=RULE)
    _draw_qr_code(page, issued.verification_url)
    for label, value, x, y in (
        ("Intygsnummer", said["number"], BESIDE_QR, 118),
        ("Kontrollkod", said["code"], CODE, 118),
    ):
        page.write(label, y, x, size=9, colour=GREY)
        page.write(value, y - 14, x, font="Semibold")
    page.write("Kontrollera intyget på", 84, BESIDE_QR, size=9, colour=GREY)
    page.write(issued.verification_page, 70, BESIDE_QR)
    page.linkURL(issued.verification_url, (BESIDE_QR, 66, BESIDE_QR + 218, 80))


def _draw_qr_code(page: _Page, address: str) -> None:
    matrix = qr_code(address)
    side = QR_SIDE / len(matrix)
    drawing = page.beginPath()
    for row, squares in enumerate(matrix):
        for column, light in enumerate(squares):
            if not light:
                drawing.rect(LEFT + column * side, 120 - row * side, side, side)
    page.setFillColor(INK)
    page.drawPath(drawing, stroke=0, fill=1)
