"""Which days suit a session: never a weekend, a public holiday or its eve, a bridge day, or a day in July."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType

import holidays
from dateutil.easter import easter
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

JULY = 7
SATURDAY = 5
ONE_DAY = timedelta(days=1)
# Beyond these years days are not meant, and at the calendar's edges there is no day before or after.
PLANNABLE_YEARS = range(2000, 2100)
# Schools close about these days, as (month, day), and in these weeks (ISO 8601).
CHRISTMAS_BREAK_BEGINS, CHRISTMAS_BREAK_ENDS = (12, 20), (1, 8)
WINTER_BREAK_WEEKS = range(7, 11)
AUTUMN_BREAK_WEEK = 44
NOTHING_BLOCKED: Mapping[date, str] = MappingProxyType({})

# The public holidays of lag (1989:253) om allmänna helgdagar, by their names in the `holidays` package.
HOLIDAYS = {
    "New Year's Day": pgettext_lazy("in a sentence", "New Year's Day"),
    "Epiphany": pgettext_lazy("in a sentence", "Epiphany"),
    "Good Friday": pgettext_lazy("in a sentence", "Good Friday"),
    "Easter Sunday": pgettext_lazy("in a sentence", "Easter Sunday"),
    "Easter Monday": pgettext_lazy("in a sentence", "Easter Monday"),
    "May Day": pgettext_lazy("in a sentence", "May Day"),
    "Ascension Day": pgettext_lazy("in a sentence", "Ascension Day"),
    "Pentecost": pgettext_lazy("in a sentence", "Whit Sunday"),
    "National Day": pgettext_lazy("in a sentence", "Sweden's National Day"),
    "Midsummer Day": pgettext_lazy("in a sentence", "Midsummer Day"),
    "All Saints' Day": pgettext_lazy("in a sentence", "All Saints' Day"),
    "Christmas Day": pgettext_lazy("in a sentence", "Christmas Day"),
    "Second Day of Christmas": pgettext_lazy("in a sentence", "Boxing Day"),
}
# Eves with a name of their own, by the holiday that follows.
EVES = {
    "New Year's Day": pgettext_lazy("in a sentence", "New Year's Eve"),
    "Epiphany": pgettext_lazy("in a sentence", "Twelfth Night"),
    "Good Friday": pgettext_lazy("in a sentence", "Maundy Thursday"),
    "Easter Sunday": pgettext_lazy("in a sentence", "Easter Eve"),
    "May Day": pgettext_lazy("in a sentence", "Walpurgis Night"),
    "Pentecost": pgettext_lazy("in a sentence", "Whitsun Eve"),
    "Midsummer Day": pgettext_lazy("in a sentence", "Midsummer Eve"),
    "All Saints' Day": pgettext_lazy("in a sentence", "All Saints' Eve"),
    "Christmas Day": pgettext_lazy("in a sentence", "Christmas Eve"),
}
# Not public holidays by law, but nobody works.
FREE_EVES = frozenset({"Midsummer Day", "Christmas Day", "New Year's Day"})


class Unsuitable(StrEnum):
    """Why a day doesn't suit, the strongest reason first."""

    JULY = "july"
    AVOIDED = "avoided"
    BLOCKED = "blocked"
    HOLIDAY = "holiday"
    EVE = "eve"
    WEEKEND = "weekend"
    BRIDGE = "bridge"


SENTENCES: dict[Unsuitable, Promise] = {
    Unsuitable.JULY: gettext_lazy("%(day)s is in July, which is kept free."),
    Unsuitable.AVOIDED: gettext_lazy("%(day)s is one of the days to avoid."),
    Unsuitable.BLOCKED: gettext_lazy("%(day)s is kept free: %(reason)s."),
    Unsuitable.HOLIDAY: gettext_lazy("%(day)s is %(holiday)s."),
    Unsuitable.EVE: gettext_lazy("%(day)s is the day before %(holiday)s."),
    Unsuitable.WEEKEND: gettext_lazy("%(day)s is in a weekend."),
    Unsuitable.BRIDGE: gettext_lazy("%(day)s is a bridge day, between days off."),
}


@dataclass(frozen=True)
class Problem:
    """Why `day` doesn't suit.

    `holiday` is the key of the public holiday that it is, or precedes; `reason` the region's for keeping it free.
    """

    day: date
    kind: Unsuitable
    holiday: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Say it in the language in use: "Tisdag 6 juni 2028 är Sveriges nationaldag"."""
        kind, name = self.kind, HOLIDAYS.get(self.holiday, "")
        if kind == Unsuitable.EVE and self.holiday in EVES:
            kind, name = Unsuitable.HOLIDAY, EVES[self.holiday]
        return str(SENTENCES[kind]) % {"day": written(self.day), "holiday": name, "reason": self.reason}


def is_plannable(day: date) -> bool:
    """Whether `day` is in a year that can be meant. The other functions here want one that is."""
    return day.year in PLANNABLE_YEARS


def problem_with(
    day: date, *, avoid: Collection[date] = (), blocked: Mapping[date, str] = NOTHING_BLOCKED
) -> Problem | None:
    """Return why no session should be held on `day`, or None if it suits.

    `avoid` are the planner's own days off, `blocked` those that the region keeps free, with its reasons.
    """
    tomorrow = day + ONE_DAY
    if day.month == JULY:
        return Problem(day, Unsuitable.JULY)
    if day in avoid:
        return Problem(day, Unsuitable.AVOIDED)
    if day in blocked:
        return Problem(day, Unsuitable.BLOCKED, reason=blocked[day])
    if holiday := public_holiday(day):
        return Problem(day, Unsuitable.HOLIDAY, holiday)
    if holiday := public_holiday(tomorrow):
        return Problem(day, Unsuitable.EVE, holiday)
    if day.weekday() >= SATURDAY:
        return Problem(day, Unsuitable.WEEKEND)
    if is_day_off(day - ONE_DAY) and is_day_off(tomorrow):
        return Problem(day, Unsuitable.BRIDGE)
    return None


def is_day_off(day: date) -> bool:
    """Whether people are off work: a weekend, a public holiday, or one of the three eves on which nobody works."""
    return day.weekday() >= SATURDAY or bool(public_holiday(day)) or public_holiday(day + ONE_DAY) in FREE_EVES


def working_day(day: date) -> date:
    """The first day from `day` on on which people work."""
    while is_day_off(day):
        day += ONE_DAY
    return day


def public_holiday(day: date) -> str | None:
    """Return the key in HOLIDAYS of the public holiday that `day` is, if it is one; plain Sundays are not counted."""
    return _holidays_of(day.year).get(day)


def school_break(day: date, *, winter_break_week: int | None = None) -> str | None:
    """Return a warning if schools are closed that week, or may be; each municipality decides its own dates.

    `winter_break_week` is the region's. It is week 7 to 10, later further north: without one all four are warned of.
    """
    _year, week, _weekday = day.isocalendar()
    _easter_year, easter_week, _easter_weekday = easter(day.year).isocalendar()
    if (day.month, day.day) >= CHRISTMAS_BREAK_BEGINS or (day.month, day.day) <= CHRISTMAS_BREAK_ENDS:
        return _("Schools have their Christmas break.")
    if week == winter_break_week:
        return _("Week %(week)s is the region's winter break.") % {"week": week}
    if winter_break_week is None and week in WINTER_BREAK_WEEKS:
        return _("Week %(week)s is the winter break in parts of the country.") % {"week": week}
    if week in (easter_week, easter_week + 1):
        return _("Week %(week)s is the Easter break in parts of the country.") % {"week": week}
    if week == AUTUMN_BREAK_WEEK:
        return _("Week %(week)s is the autumn break in most schools.") % {"week": week}
    return None


def written(day: date) -> str:
    """Write "Tisdag 6 juni 2028", as the beginning of a sentence in the language in use."""
    return str(capfirst(date_format(day, "WEEKDAY_DATE_FORMAT")))


@cache
def _holidays_of(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("SE", years=year, include_sundays=False, language="en_US"))
