"""Images as `data:` addresses: a logo made harmless, the mark that stands in for one, the QR code."""

import base64
import re
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, tostring

import zxingcpp
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

from certificates.pdf.fetcher import ASSETS

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
DARK = re.compile(b"\0+")
QR_EDGE = 4  # modules, the least that ISO/IEC 18004 asks for
QR_PLACE_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M.125 .25H.375V.5Z"/></svg>'
QR_PLACE = b"0.125 0.25 m\n0.375 0.25 l\n0.375 0.5 l\nh\nf"
MAX_PIXELS = 16_000_000
SVG = "{http://www.w3.org/2000/svg}"
# Shapes and paint only. Not `use` and `pattern` (a few lines can draw a million shapes), not `image` and
# `foreignObject` (they carry other files), not `text` (it would bring in fonts of the machine).
SVG_STRUCTURE = {"svg", "g", "defs", "title", "desc", "style", "clipPath", "mask"}
SVG_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
SVG_PAINT = {"linearGradient", "radialGradient", "stop"}
SVG_ELEMENTS = {SVG + name for name in SVG_STRUCTURE | SVG_SHAPES | SVG_PAINT}


class UnsafeImageError(ValueError):
    """The image is neither a PNG nor an SVG that can be read, or it is too large."""


def logo_uri(logo: bytes) -> str:
    """Return a region's logo (PNG or SVG) as an address, the SVG reduced to shapes and paint.

    Raises UnsafeImageError.
    """
    if logo.startswith(PNG_SIGNATURE):
        _check_png(logo)
        return _data_uri("image/png", logo)
    return _data_uri("image/svg+xml", _shapes_only(logo))


def mark_uri(colour: str) -> str:
    """Return the mark that stands in for a logo, drawn in `colour` ("#RRGGBB")."""
    mark = (ASSETS / "mark.svg").read_text(encoding="utf-8")
    return _data_uri("image/svg+xml", mark.replace("currentColor", colour).encode())


def qr_place_uri() -> str:
    """Return an image that WeasyPrint draws as `QR_PLACE`; `qr_squares` takes its place."""
    return _data_uri("image/svg+xml", QR_PLACE_SVG)


def qr_squares(content: str) -> bytes:
    """Return `content` as a QR code with its white edge, drawn in the unit square of a PDF's page.

    It stays readable with 15 % of it lost.
    """
    code = qr_code(content)
    scale = 1 / (len(code) + 2 * QR_EDGE)
    drawing = [b"%.6f 0 0 %.6f 0 0 cm\n0 g" % (scale, scale)]
    for y, row in enumerate(code, start=QR_EDGE):
        drawing += [b"%d %d %d 1 re" % (dark.start() + QR_EDGE, y, len(dark[0])) for dark in DARK.finditer(row)]
    return b"\n".join([*drawing, b"f"])


def qr_code(content: str) -> list[bytes]:
    """Return the rows of a QR code without its edge, a byte for each module: 0 where it is dark."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = memoryview(code.to_image(add_quiet_zones=False))  # type: ignore[arg-type]  # it is a buffer
    return [bytes(row) for row in image.tolist()]


def _data_uri(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _check_png(content: bytes) -> None:
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UnsafeImageError("The logo has too many pixels")
            image.verify()
    except (UnidentifiedImageError, SyntaxError, OSError) as error:
        raise UnsafeImageError("The logo is not a readable PNG") from error


def _shapes_only(content: bytes) -> bytes:
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnsafeImageError("The logo is neither a PNG nor a readable SVG") from error
    if root.tag != f"{SVG}svg":
        raise UnsafeImageError("The logo is neither a PNG nor an SVG")
    _reduce(root)
    return tostring(root)


def _reduce(element: Element) -> None:
    for name, value in list(element.attrib.items()):
        if name.endswith("href") or name.lower().startswith("on") or _reaches_out(value):
            del element.attrib[name]
    for child in list(element):
        if child.tag not in SVG_ELEMENTS or (child.tag == f"{SVG}style" and _reaches_out(child.text or "")):
            element.remove(child)
        else:
            _reduce(child)


def _reaches_out(paint: str) -> bool:
    """Whether a value or style sheet can name anything but the drawing's own parts (`url(#…)`)."""
    return "@" in paint or "\\" in paint or "url(" in paint.lower().replace("url(#", "")
