"""Dates as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.rules.pasted import date_of, dates_in

DAY = date(2027, 3, 9)
MONTHS = [
    *("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti"),
    *("september", "oktober", "november", "december"),
]


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-09",
        "2027-3-9",
        "9 mars 2027",
        "09 Mars 2027",
        "9 mar 2027",
        "9 mar. 2027",
        "den 9 mars 2027",
        "tisdag 9 mars 2027",
        "tis. 9 mars 2027",
        "Tisdag den 9 mars 2027",
        "9 March 2027",
        "9/3 2027",
        "9/3-2027",
        "9/3/2027",
        "9.3.2027",
        " 09.03.2027 ",
    ],
)
def test_a_date_is_understood_as_it_is_written(text: str) -> None:
    assert date_of(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9 mars",
        "9 mrs 2027",
        "30 februari 2027",
        "2027-02-30",
        "31.4.2027",
        "13/13 2027",
        "snart",
        "9 ma 2027",
        "²/3 2027",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert date_of(text) is None


def test_they_stand_on_lines_or_between_commas() -> None:
    found = dates_in("2027-03-09\n\n13 april 2027, 11/5 2027;\n8.6.2027 \n")
    assert [(one.line, one.day) for one in found] == [
        (1, DAY),
        (3, date(2027, 4, 13)),
        (3, date(2027, 5, 11)),
        (4, date(2027, 6, 8)),
    ]


def test_dates_of_a_computer_may_have_spaces_between_them() -> None:
    assert [one.day for one in dates_in("2027-03-09 2027-04-13")] == [DAY, date(2027, 4, 13)]


def test_what_cant_be_understood_keeps_its_words_and_its_line() -> None:
    [_fine, wrong] = dates_in("2027-03-09\n9 mrs 2027")
    assert (wrong.line, wrong.text, wrong.day) == (2, "9 mrs 2027", None)


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_date_is_understood_in_every_way_of_writing_it(day: date) -> None:
    month = MONTHS[day.month - 1]
    ways = [
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{day.day} {month[:3]} {day.year}",
        f"{day.day}/{day.month} {day.year}",
        f"{day.day}.{day.month}.{day.year}",
    ]
    assert [one.day for one in dates_in("\n".join(ways))] == [day] * len(ways)


@given(st.text(max_size=60))
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    assert all(one.text for one in dates_in(text))
