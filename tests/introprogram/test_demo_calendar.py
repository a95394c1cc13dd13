"""The demo region has a finished cohort, one under way and an open one, on whichever day it is made."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from introprogram.demo.calendar import ahead, finished, under_way


@dataclass(frozen=True)
class Step:
    month_offset: int
    hours: int = 7


NINE_MODULES = [Step(month) for month in range(9)]


@pytest.mark.parametrize("day_of_year", range(0, 365, 5))
def test_every_day_has_three_such_cohorts(day_of_year: int) -> None:
    today = date(2026, 1, 1) + timedelta(days=day_of_year)

    assert finished(NINE_MODULES, today)[-1].day < today
    assert len([proposal for proposal in under_way(NINE_MODULES, today) if proposal.day < today]) == 4
    assert ahead(NINE_MODULES, today)[0].day > today + timedelta(days=28)
