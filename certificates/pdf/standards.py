"""What PDF/A-3a wants beside PDF/UA-1, and what both want beside what WeasyPrint writes: it follows one of them."""

from datetime import UTC
from importlib.resources import files
from string import Template
from typing import Any
from xml.sax.saxutils import escape

import pydyf
from weasyprint import VERSION

from certificates.document import CertificateDocument
from certificates.pdf.fetcher import ASSETS
from certificates.pdf.words import link_text, title

VARIANT = "pdf/ua-1"
PRINTED = 4  # the flag of an annotation
POINTS_PER_PIXEL = 0.75
SRGB = files("weasyprint.pdf") / "sRGB2014.icc"
XMP = Template((ASSETS / "certificate.xmp").read_text(encoding="utf-8"))


def complete(pdf: pydyf.PDF) -> None:
    """Complete `pdf` in place."""
    _say_which_colours(pdf)
    _correct_tags(pdf)


def properties(document: CertificateDocument) -> dict[str, str]:
    """Return what the file says about itself, by the names of a PDF's document information."""
    issued = document.issued_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    return {
        "Title": title(document),
        "Author": document.region_name,
        "Subject": document.programme_title,
        "Creator": "Introprogram",
        "Producer": f"WeasyPrint {VERSION}",
        "CreationDate": issued,
        "ModDate": issued,
    }


def information(document: CertificateDocument) -> bytes:
    """Return the document information, for readers that don't know XMP."""
    return _written({name: pydyf.String(value) for name, value in properties(document).items()})


def xmp(document: CertificateDocument) -> bytes:
    """Return the same as XMP, with the standards to which the file conforms."""
    values = properties(document) | {
        "language": document.language,
        "issued": document.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return XMP.substitute({name: escape(value) for name, value in values.items()}).encode()


def is_link(part: pydyf.Object) -> bool:
    """Whether an object of the file is a link on a page."""
    return isinstance(part, dict) and part.get("Subtype") == "/Link"


def link(annotation: pydyf.Dictionary, document: CertificateDocument) -> bytes:
    """Return the link to the verification page with the certificate's own address, and words for it."""
    action = pydyf.Dictionary(annotation["A"] | {"URI": pydyf.String(document.verification_url)})
    words = pydyf.String(link_text(document))
    return _written(annotation | {"A": action, "Contents": words, "F": PRINTED})


def referred(pdf: pydyf.PDF, reference: bytes) -> Any:
    """Return the object that `reference` ("12 0 R") names."""
    return pdf.objects[int(reference.split()[0])]


def _say_which_colours(pdf: pydyf.PDF) -> None:
    profile = pydyf.Stream([SRGB.read_bytes()], {"N": 3}, compress=True)
    pdf.add_object(profile)
    name = pydyf.String("sRGB")
    intent = {"Type": "/OutputIntent", "S": "/GTS_PDFA1", "OutputConditionIdentifier": name, "Info": name}
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(intent | {"DestOutputProfile": profile.reference})])


def _correct_tags(pdf: pydyf.PDF) -> None:
    """Add scopes and an index of the table headers, and give figures their true boxes."""
    headers = []
    for tag in pdf.objects:
        kind = tag.get("S") if isinstance(tag, dict) else None
        if kind == "/TH":
            tag["A"]["Scope"] = "/Column" if _parent(pdf, _parent(pdf, tag))["S"] == "/THead" else "/Row"
            headers.append((tag["ID"], tag.reference))
        elif kind == "/Figure":
            tag["A"]["BBox"] = _in_points(pdf, tag)
    headers.sort(key=lambda header: header[0].data)
    names = pydyf.Array(part for header in headers for part in header)
    referred(pdf, pdf.catalog["StructTreeRoot"])["IDTree"] = pydyf.Dictionary({"Names": names})


def _written(entries: dict[str, Any]) -> bytes:
    return bytes(pydyf.Dictionary(entries).data)


def _parent(pdf: pydyf.PDF, tag: pydyf.Dictionary) -> pydyf.Dictionary:
    return referred(pdf, tag["P"])


def _in_points(pdf: pydyf.PDF, figure: pydyf.Dictionary) -> pydyf.Array:
    """WeasyPrint writes a figure's box in CSS pixels from the top of the page, a PDF wants points from its foot."""
    height = referred(pdf, figure["Pg"])["MediaBox"][3]
    left, top, right, bottom = (side * POINTS_PER_PIXEL for side in figure["A"]["BBox"])
    return pydyf.Array([left, height - bottom, right, height - top])
