"""Who may be marked, when, and with how many minutes."""

from datetime import date

import pytest

from sessions.choices import Mark
from sessions.rules.attendance import refusal_of_mark, refusal_to_keep_register

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("today", "cancelled", "open_"),
    [
        (date(2026, 3, 9), False, False),
        (date(2026, 3, 10), False, True),
        (date(2026, 3, 11), False, True),
        (date(2027, 3, 11), False, True),  # an older mark may be corrected
        (date(2026, 3, 10), True, False),
    ],
)
def test_a_register_opens_when_the_day_of_its_session_begins(today: date, cancelled: bool, open_: bool) -> None:
    assert (refusal_to_keep_register(session_day=DAY, today=today, cancelled=cancelled) is None) is open_


@pytest.mark.parametrize(
    ("mark", "minutes", "on_register", "allowed"),
    [
        (Mark.PRESENT, None, True, True),
        (Mark.ABSENT, None, True, True),
        (Mark.EXCUSED, None, True, True),
        (Mark.PARTIAL, None, True, True),
        (Mark.PARTIAL, 1, True, True),
        (Mark.PARTIAL, 419, True, True),
        (Mark.PARTIAL, 420, True, False),  # all of it is not a part
        (Mark.PARTIAL, 0, True, False),
        (Mark.PARTIAL, -5, True, False),
        (Mark.PRESENT, 60, True, False),
        (Mark.ABSENT, 60, True, False),
        (Mark.EXCUSED, 60, True, False),
        (Mark.PRESENT, None, False, False),
    ],
)
def test_a_mark(mark: Mark, minutes: int | None, on_register: bool, allowed: bool) -> None:
    refusal = refusal_of_mark(mark=mark, minutes=minutes, session_minutes=420, on_register=on_register)
    assert (refusal is None) is allowed
