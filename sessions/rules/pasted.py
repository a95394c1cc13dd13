"""Dates as people write and paste them: one on a line, or with commas between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from common.months import MONTHS

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
# 9/3 2027, 9.3.2027: the day comes first, as everywhere in Sweden.
NUMBERS = re.compile(r"(\d{1,2})\s*[/.]\s*(\d{1,2})\s*[/.\s-]\s*(\d{4})")
# (tisdag) (den) 9 mars 2027, 9 mar. 2027
WORDS = re.compile(r"(?:[a-zåäö]+\.?\s+)?(?:den\s+)?(\d{1,2})\s+([a-z]{3,9})\.?\s+(\d{4})")
SEVERAL_ISO = re.compile(rf"{ISO.pattern}(?:\s+{ISO.pattern})+")


@dataclass(frozen=True)
class Pasted:
    """One date as it was written, and on which line. `day` is None if it can't be understood."""

    line: int
    text: str
    day: date | None


def dates_in(text: str) -> list[Pasted]:
    """Every date of `text`, in its order. Dates in ISO 8601 may also have nothing but spaces between them."""
    return [
        Pasted(line, piece, date_of(piece))
        for line, words in enumerate(text.splitlines(), start=1)
        for part in re.split("[,;]", words)
        for piece in _pieces(part.strip())
    ]


def date_of(text: str) -> date | None:
    """The date that `text` means: 2027-03-09, 9 mars 2027, 9/3 2027 or 9.3.2027. None if it means none."""
    text = text.strip().lower()
    if found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := NUMBERS.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := WORDS.fullmatch(text):
        day, month, year = int(found[1]), MONTHS.get(found[2], 0), int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _pieces(part: str) -> list[str]:
    if not part:
        return []
    return part.split() if SEVERAL_ISO.fullmatch(part) else [part]
