"""A PDF as a screen reader tells it: the texts of the tag tree, one after the other."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

SAID_WHOLE = {"/H1", "/H2", "/P", "/TH", "/TD", "/Link"}
LETTER = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")


def spoken(pdf: bytes) -> list[tuple[str, str]]:
    """Kind and text of every heading, paragraph, cell, link and figure of the first page, in reading order."""
    with pikepdf.open(BytesIO(pdf)) as file:
        texts = _marked_texts(file.pages[0])
        return list(_said(file.Root.StructTreeRoot.K, texts))


def _said(tag: Any, texts: dict[int, str]) -> Iterator[tuple[str, str]]:
    if isinstance(tag, pikepdf.Array):
        for child in tag:
            yield from _said(child, texts)
    elif isinstance(tag, pikepdf.Dictionary) and "/S" in tag:
        kind = str(tag.S)
        if kind == "/Figure":
            yield kind, str(tag.Alt)
        elif kind in SAID_WHOLE:
            yield kind, "".join(_texts(tag, texts)).strip()
        else:
            yield from _said(tag.K, texts)


def _texts(tag: Any, texts: dict[int, str]) -> Iterator[str]:
    if isinstance(tag, int):
        yield texts[tag]
    elif isinstance(tag, pikepdf.Array):
        for child in tag:
            yield from _texts(child, texts)
    elif "/S" in tag:
        yield from _texts(tag.K, texts)


def _marked_texts(page: pikepdf.Page) -> dict[int, str]:
    letters = {name: _letters(font) for name, font in page.Resources.Font.items()}
    texts: dict[int, str] = {}
    marks, font = [], ""
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC":
                marks.append(int(operands[1].MCID))
                texts.setdefault(marks[-1], "")
            case "BMC":
                marks.append(-1)
            case "EMC":
                marks.pop()
            case "Tf":
                font = str(operands[0])
            case "TJ":
                glyphs = b"".join(bytes(part) for part in operands[0] if isinstance(part, pikepdf.String))
                said = [letters[font][glyphs[at : at + 2]] for at in range(0, len(glyphs), 2)]
                texts[marks[-1]] += "".join(said)
    return texts


def _letters(font: Any) -> dict[bytes, str]:
    pairs = LETTER.findall(font.ToUnicode.read_bytes())
    return {bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
