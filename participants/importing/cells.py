"""What a cell says: a day, a degree, an address, a place. Pure."""

import re
from datetime import date, timedelta

from participants.choices import Degree

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari", "january"),
            ("feb", "februari", "february"),
            ("mar", "mars", "march"),
            ("apr", "april"),
            ("maj", "may"),
            ("jun", "juni", "june"),
            ("jul", "juli", "july"),
            ("aug", "augusti", "august"),
            ("sep", "sept", "september"),
            ("okt", "oct", "oktober", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
DAY_FIRST = re.compile(r"(\d{1,2})[-/. ] ?(\d{1,2})[-/., ] ?(\d{4}|\d{2})")
NAMED_MONTH = re.compile(r"(\d{1,2})\.? ?([a-z]+)\.? ?(\d{4}|\d{2})")
# Excel's day 1 is 1900-01-01, and it believes in 1900-02-29: from March 1900 on, days count from here.
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
# How people say that it is so, or isn't: of a degree, or of a course.
YES = frozenset({"ja", "yes", "x", "j", "y", "sant", "true", "1"})
NO = frozenset({"nej", "no", "n", "falskt", "false", "0", "-", "–"})
DEGREES = {
    Degree.SOCIAL_WORK: YES | {"socionom", "socionomexamen", "socialtarbete", "socialwork", "socialworksocionom"},
    Degree.OTHER: frozenset({"annan", "annanexamen", "other", "anotherdegree", "other degree"}),
    Degree.NONE: NO
    | {"ingen", "inte", "saknas", "pågående", "ingenexamenän", "ingenännu", "none", "nodegreeyet", "notyet"},
}
TITLES = ("sekreterare", "handläggare", "utredare", "behandlare", "kurator", "socionom", "chef", "social worker")


def read_date(text: str) -> date | None:
    """The day that `text` names: 2026-03-01, 20260301, 1/3 2026, 1.3.26, 1 mars 2026 or Excel's number of it.

    The day comes before the month, as it does in Swedish. None if it is no day.
    """
    text = " ".join(text.casefold().split())
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif (match := NAMED_MONTH.fullmatch(text)) and match[2] in MONTHS:
        day, month, year = int(match[1]), MONTHS[match[2]], int(match[3])
    elif text.isdecimal() and int(text) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(text))
    else:
        return None
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def read_degree(text: str) -> Degree | None:
    """The degree that `text` names: socionom, annan, ingen, or yes or no to "has she one in social work?"."""
    if text in Degree.values:
        return Degree(text)
    letters = "".join(character for character in text.casefold() if character.isalnum()) or text.strip()
    return next((degree for degree, words in DEGREES.items() if letters in words), None)


def read_course(text: str, course: str) -> str:
    """The earlier courses that `text` names; a yes names `course`, a no none."""
    word = text.casefold().strip()
    if word in YES:
        return course
    return "" if word in NO else text


def looks_like_address(text: str) -> bool:
    """Whether `text` is meant as an e-mail address."""
    return "@" in text


def is_title(text: str) -> bool:
    """Whether `text` is what such people are called at work."""
    return any(title in text.casefold() for title in TITLES)


def plain(text: str) -> str:
    """`text` as names are compared: without capitals and spaces too many."""
    return " ".join(text.casefold().split())
