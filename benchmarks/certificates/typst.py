"""Tagged, as PDF/UA-1, by one compiler for all."""

import json
from functools import partial
from pathlib import Path

import zxingcpp
from typst import Compiler

from benchmarks.certificates.measuring import one_by_one
from certificates.document import CertificateDocument
from certificates.pdf.fetcher import ASSETS
from certificates.pdf.words import lines, rows, title

SOURCE = Path(__file__).with_name("certificate.typ")


def measure() -> dict[str, float]:
    """Return CPU milliseconds and size of one."""
    compiler = Compiler(str(SOURCE), font_paths=[str(ASSETS)], ignore_system_fonts=True)
    return one_by_one(partial(_write, compiler), count=60, tagged=True)


def _write(compiler: Compiler, issued: CertificateDocument) -> bytes:
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
