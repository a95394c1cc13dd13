"""WeasyPrint for each, everything read anew; the page and its style sheet are ours, which are quick to lay out."""

from base64 import b64encode

import zxingcpp
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from benchmarks.certificates.measuring import one_by_one
from certificates.document import CertificateDocument
from certificates.pdf.fetcher import ASSETS
from certificates.pdf.images import mark_uri
from certificates.pdf.press import context


def measure() -> dict[str, float]:
    """Return CPU milliseconds and size of one."""
    return one_by_one(_write, count=15, tagged=True)


def _write(issued: CertificateDocument) -> bytes:
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
