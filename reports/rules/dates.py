"""Which day somebody means who searches: "14 april", "tisdag 14 april 2026", "14/4", "2026-04-14", "April 14"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from common.months import MONTHS

LEAP_YEAR = 2028  # has every day that a year can have
BESIDE = {
    *("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag", "den"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
MONTH = "|".join(MONTHS)
DAYS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
        rf"\b(?P<day>\d{{1,2}})(?::e)?\s+(?P<month>{MONTH})\b\.?(?:\s+(?P<year>\d{{4}})\b)?",
        rf"\b(?P<month>{MONTH})\b\.?\s+(?P<day>\d{{1,2}})\b(?:,?\s+(?P<year>\d{{4}})\b)?",
        r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})\b(?:[-/\s](?P<year>\d{4})\b)?",
    )
]


@dataclass(frozen=True)
class Day:
    """A day of one year, or of every year."""

    month: int
    day: int
    year: int | None = None


def day_in(text: str) -> tuple[Day | None, str]:
    """The day that `text` names, and what else it says. A day that no year has is no day."""
    for pattern in DAYS:
        if not (found := pattern.search(text)):
            continue
        month = found["month"].lower()
        day = Day(MONTHS.get(month) or int(month), int(found["day"]), int(found["year"]) if found["year"] else None)
        if _exists(day):
            left = (text[: found.start()] + " " + text[found.end() :]).split()
            return day, " ".join(word for word in left if word.lower() not in BESIDE)
    return None, text


def _exists(day: Day) -> bool:
    try:
        date(LEAP_YEAR if day.year is None else day.year, day.month, day.day)
    except ValueError:
        return False
    return True
