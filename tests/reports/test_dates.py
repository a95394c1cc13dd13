"""Which day somebody means who searches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules.dates import Day, day_in


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("14 april", Day(4, 14), ""),
        ("den 14:e April 2026", Day(4, 14, 2026), ""),
        ("tisdag 14 april 2026 Lund", Day(4, 14, 2026), "Lund"),
        ("juridik 14 apr.", Day(4, 14), "juridik"),
        ("14/4", Day(4, 14), ""),
        ("14/4 2026", Day(4, 14, 2026), ""),
        ("2026-04-14", Day(4, 14, 2026), ""),
        ("April 14", Day(4, 14), ""),
        ("29 februari", Day(2, 29), ""),
        # No day
        ("29 februari 2026", None, "29 februari 2026"),
        ("31 april", None, "31 april"),
        ("2026-13-01", None, "2026-13-01"),
        ("VT 2026 A", None, "VT 2026 A"),
        ("tisdag", None, "tisdag"),
        ("Marsvinsholm 3", None, "Marsvinsholm 3"),
        ("0000-01-01", None, "0000-01-01"),
    ],
)
def test_a_day_is_understood_and_what_else_is_said_is_kept(text: str, day: Day | None, rest: str) -> None:
    assert day_in(text) == (day, rest)


@given(st.text())
def test_anything_else_is_left_as_it_is(text: str) -> None:
    day, rest = day_in(text)
    assert day or rest == text
