"""A thousand certificates: ours beside WeasyPrint as one would write it, reportlab and typst drawing the same page.

Each way runs in a process of its own on one core; the figures are CPU milliseconds per certificate, the best of three
rounds. Ours starts cold in each round, without fonts, style sheet or master; the others are warm. What each way makes
is read back. The last lines: how many times quicker ours is, and what 2,000 certificates leave in memory.
"""

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import django
import zxingcpp

if TYPE_CHECKING:
    from certificates.document import CertificateDocument

ROUNDS = 3
BATCH, COHORT, KEPT = 1_000, 30, 2_000
ONE_BY_ONE = {"naive": 15, "single": 15, "reportlab": 60, "typst": 60}
FIRST_NAMES = ["Åsa", "Björn", "Cecilia", "Đorđe", "Elif", "Fatima", "Göran", "Hülya", "Łukasz", "Maria-Fernanda"]
LAST_NAMES = ["Öberg-Lindström", "Åkerblom", "Čermáková", "Persson", "Al-Hassan", "von Hohenlohe-Östergård", "Šimić"]


def main(way: str | None = None) -> None:
    """Measure every way in its own process; with the name of one, measure it here and print its figures as JSON."""
    if way:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        print(json.dumps(WAYS[way]()))
        return
    found = {way: _in_a_process_of_its_own(way) for way in WAYS}
    for way, figures in found.items():
        print(f"{way:10}", *(f"{name}={value:,.2f}" for name, value in figures.items()))
    ours, single = found["ours"]["ms"], found["single"]["ms"]
    print(f"single_vs_naive={found['naive']['ms'] / single:.2f}")
    print("memory", *(f"{name}={value:.1f}" for name, value in found["memory"].items()))
    print(*(f"ours_vs_{other}={found[other]['ms'] / ours:.1f}" for other in ("naive", "reportlab", "typst")))


def documents(count: int) -> "Iterator[CertificateDocument]":
    """People of one programme in cohorts of thirty; each has missed another module or made one up on another day."""
    from tests.certificates.documents import TITLES, document, modules

    first = date(2026, 1, 13)
    for number in range(1, count + 1):
        cohort, person = divmod(number, COHORT)
        planned = modules(*TITLES, missed=number % 10)
        earned = tuple(
            replace(module, date=module.date + timedelta(days=cohort + 7 * (module.number == person % 11)))
            if module.date
            else module
            for module in planned
        )
        days = [module.date for module in earned if module.date]
        code = f"{number * 7919:016X}"
        yield document(
            number=f"SK-2026-{number:04}",
            code="-".join(code[start : start + 4] for start in range(0, 16, 4)),
            verification_url=f"https://intro.example.org/intyg/kontrollera/?nummer=SK-2026-{number:04}&kod={code}",
            participant_name=f"{FIRST_NAMES[number % 10]} {LAST_NAMES[number % 7]}",
            cohort_name=f"Omgång {cohort + 1}",
            modules=earned,
            modules_earned=len(days),
            total_hours=Decimal(6 * len(days)),
            first_date=min(days),
            last_date=max(days),
            issued_on=first + timedelta(days=cohort),
        )


def ours() -> dict[str, float]:
    """A batch of a thousand, and a cohort of thirty, each from nothing."""
    from certificates.pdf import press, render_all

    def batch(count: int) -> float:
        issued = list(documents(count))
        rounds = []
        for _ in range(ROUNDS):
            press._press.cache_clear()
            rounds.append(_milliseconds(lambda: list(render_all(issued)), count))
        return min(rounds)

    made = [pdf for pdf in render_all(documents(COHORT)) if isinstance(pdf, bytes)]
    for pdf, issued in zip(made, documents(COHORT), strict=True):
        _check(pdf, issued, tagged=True)
    return {"ms": batch(BATCH), "ms_in_a_cohort": batch(COHORT), "kB": len(made[0]) / 1000}


def single() -> dict[str, float]:
    """One at a time, with fonts and style sheet read, but no master."""
    from certificates.pdf import press, render

    def alone(issued: "CertificateDocument") -> bytes:
        press._press(os.getpid())._master.cache_clear()
        return render(issued)

    return _one_by_one("single", alone, tagged=True)


def naive() -> dict[str, float]:
    """WeasyPrint for each, everything read anew."""
    from django.template.loader import render_to_string
    from django.utils import translation
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from certificates.pdf.fetcher import ASSETS
    from certificates.pdf.images import mark_uri
    from certificates.pdf.press import context

    def write(issued: "CertificateDocument") -> bytes:
        fonts, colour = FontConfiguration(), issued.primary_colour
        design = (ASSETS / "certificate.css").read_text(encoding="utf-8").replace("asset:", f"{ASSETS.as_uri()}/")
        look = f".accent {{ color: {colour} }} .accent-edge {{ border-color: {colour} }}"
        mark = f".mark {{ background-image: url({mark_uri(colour)}) }}"
        style_sheets = [CSS(string=design, font_config=fonts), CSS(string=look + mark)]
        qr = zxingcpp.create_barcode(issued.verification_url, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_svg()
        qr = f"data:image/svg+xml;base64,{b64encode(qr.encode()).decode()}"
        with translation.override("sv"):
            body = render_to_string("certificates/pdf.html", context(issued, "regular") | {"qr_place": qr})
        page = body.replace("</head>", f"<title>{issued.number}</title></head>")
        pdf: bytes = HTML(string=page).write_pdf(stylesheets=style_sheets, font_config=fonts, pdf_variant="pdf/ua-1")
        return pdf

    return _one_by_one("naive", write, tagged=True)


def reportlab() -> dict[str, float]:
    """Untagged: reportlab writes no structure."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm
    from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from certificates.pdf.fetcher import ASSETS
    from certificates.pdf.images import qr_code
    from certificates.pdf.words import lines, rows, title

    for name in ("Regular", "Semibold"):
        registerFont(TTFont(name, ASSETS / f"SourceSans3-{name}.ttf"))
    ink, grey, rule = (HexColor(colour) for colour in ("#16262b", "#4a5b60", "#b9c4c1"))
    left, right = 24 * mm, 186 * mm

    def draw(issued: "CertificateDocument") -> bytes:
        file = BytesIO()
        page = Canvas(file, lang="sv", invariant=1)
        page.setTitle(title(issued))
        page.setAuthor(issued.region_name)
        said = {name: line.text for name, line in lines(issued).items()}
        accent = HexColor(issued.primary_colour)

        def write(text: str, y: float, x: float = left, font: str = "Regular", size: float = 10.5, colour=ink) -> None:  # type: ignore[no-untyped-def]
            page.setFillColor(colour)
            page.setFont(font, size)
            page.drawString(x, y, text)

        def ruled(y: float, width: float, colour=ink, start: float = left, end: float = right) -> None:  # type: ignore[no-untyped-def]
            page.setStrokeColor(colour)
            page.setLineWidth(width)
            page.line(start, y, end, y)

        page.setFillColor(accent)
        for dot in range(9):
            page.circle(left + 4 + 11 * (dot % 3), 760 + 11 * (dot // 3), 3.9, stroke=0, fill=1)
        write(issued.region_name, 766, left + 45, "Semibold", 13)
        ruled(740, 1.4, accent)
        write("Intyg", 676, font="Semibold", size=38, colour=accent)
        write("Härmed intygas att", 645, size=12, colour=grey)
        write(said["name"], 613, font="Semibold", size=28)
        write("har genomfört utbildningen", 584, size=12, colour=grey)
        write(issued.programme_title, 565, font="Semibold", size=16)
        write(said["period"], 545)
        write(said["count"], 531)
        for heading, x in (("Nr", left), ("Modul", left + 37), ("Datum", left + 309)):
            write(heading, 497, x, "Semibold", 9, grey)
        page.drawRightString(right, 497, "Timmar")
        ruled(490, 1)
        y = 475.0
        for number, module in enumerate(rows(issued), start=1):
            write(str(module.number), y, colour=grey)
            write(module.title, y, left + 37)
            write(said[f"date {number}"], y, left + 309)
            hours = said[f"hours {number}"]
            write(hours, y, right - stringWidth(hours, "Regular", 10.5))
            ruled(y - 7, 0.6, rule)
            y -= 22
        write("Timmar totalt", y, font="Semibold")
        page.drawRightString(right, y, said["total"])
        write(said["issued"], 196)
        ruled(186, 0.7, end=left + 193)
        write("Ort och datum", 174, size=9, colour=grey)
        ruled(186, 0.7, start=left + 221)
        write(issued.signatory_name, 174, left + 221, "Semibold")
        write(issued.signatory_title, 160, left + 221)
        ruled(136, 0.6, rule)
        matrix = qr_code(issued.verification_url)
        page.setFillColor(ink)
        side = 81 / len(matrix)
        drawing = page.beginPath()
        for row, squares in enumerate(matrix):
            for column, light in enumerate(squares):
                if not light:
                    drawing.rect(left + column * side, 120 - row * side, side, side)
        page.drawPath(drawing, stroke=0, fill=1)
        for label, said_below, at, top in (
            ("Intygsnummer", said["number"], left + 102, 118),
            ("Kontrollkod", said["code"], left + 267, 118),
            ("Kontrollera intyget på", issued.verification_page, left + 102, 84),
        ):
            write(label, top, at, size=9, colour=grey)
            write(said_below, top - 14, at, "Regular" if top == 84 else "Semibold")
        page.linkURL(issued.verification_url, (left + 102, 66, left + 320, 80))
        page.save()
        return file.getvalue()

    return _one_by_one("reportlab", draw, tagged=False)


def typst() -> dict[str, float]:
    """Tagged, as PDF/UA-1, by one compiler for all."""
    import typst as engine

    from certificates.pdf.fetcher import ASSETS
    from certificates.pdf.words import lines, rows, title

    source = Path(__file__).with_name("certificate.typ")
    compiler = engine.Compiler(str(source), font_paths=[str(ASSETS)], ignore_system_fonts=True)

    def write(issued: "CertificateDocument") -> bytes:
        said = {name: line.text for name, line in lines(issued).items()}
        code = zxingcpp.create_barcode(issued.verification_url, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        data = said | {
            "title": title(issued),
            "region": issued.region_name,
            "programme": issued.programme_title,
            "rows": [
                (str(module.number), module.title, said[f"date {number}"], said[f"hours {number}"])
                for number, module in enumerate(rows(issued), start=1)
            ],
            "signatory": issued.signatory_name,
            "signatory_title": issued.signatory_title,
            "qr": code.to_svg(add_quiet_zones=False),
            "url": issued.verification_url,
            "page": issued.verification_page,
        }
        pdf = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(data)}, pdf_standards=["ua-1"])
        assert isinstance(pdf, bytes)
        return pdf

    return _one_by_one("typst", write, tagged=True)


def memory() -> dict[str, float]:
    """Megabytes that this process holds before and after a couple of thousand, when a few hundred have warmed it."""
    from certificates.pdf import render_all

    def resident() -> float:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    for _ in render_all(documents(KEPT // 10)):
        pass
    before = resident()
    for _ in render_all(documents(KEPT)):
        pass
    after = resident()
    return {"before_MB": before, "after_MB": after, "grown_MB": after - before}


WAYS: dict[str, Callable[[], dict[str, float]]] = {
    "naive": naive,
    "single": single,
    "reportlab": reportlab,
    "typst": typst,
    "ours": ours,
    "memory": memory,
}


def _in_a_process_of_its_own(way: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.certificates", way]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(result.stderr)
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def _one_by_one(way: str, write: "Callable[[CertificateDocument], bytes]", *, tagged: bool) -> dict[str, float]:
    issued = list(documents(ONE_BY_ONE[way]))
    for each in issued[:3]:
        pdf = write(each)
        _check(pdf, each, tagged=tagged)
    rounds = [_milliseconds(lambda: [write(each) for each in issued], len(issued)) for _ in range(ROUNDS)]
    return {"ms": min(rounds), "kB": len(pdf) / 1000}


def _milliseconds(make: Callable[[], object], count: int) -> float:
    began = time.process_time()
    make()
    return (time.process_time() - began) * 1000 / count


def _check(pdf: bytes, issued: "CertificateDocument", *, tagged: bool) -> None:
    """Raise AssertionError unless the file is one page, says what it is to say, and is valid as far as it is tagged."""
    from page import ValidationProfile, validate_pdf_bytes

    from tests.certificates.documents import photograph, read, text

    assert len(read(pdf).pages) == 1
    for words in (issued.participant_name, issued.number, issued.code, issued.modules[-1].title):
        assert words in text(pdf), words
    assert zxingcpp.read_barcodes(photograph(pdf))[0].text == issued.verification_url
    if tagged:
        assert validate_pdf_bytes(pdf, profile=ValidationProfile.PDF_UA_1).is_compliant


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "introprogram.settings")
    os.environ["ENVIRONMENT"] = "test"
    django.setup()
    main(*sys.argv[1:])
