"""Which days of a person's way an employer sees, as a truth table."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.rules.enrolment import Period
from participants.rules.periods import sight_of

LUND, MALMO, YSTAD = uuid4(), uuid4(), uuid4()
SPRING, SUMMER, AUTUMN = date(2026, 2, 1), date(2026, 6, 1), date(2026, 9, 1)
IN_LUND = Period(LUND, SPRING, SUMMER - timedelta(days=1))
THEN_IN_MALMO = Period(MALMO, SUMMER, AUTUMN - timedelta(days=1))
LASTLY_IN_LUND = Period(LUND, AUTUMN)
LASTLY_IN_YSTAD = Period(YSTAD, AUTUMN)


@pytest.mark.parametrize(
    ("hers", "periods", "seen", "known"),
    [
        # the first employer: her time, and nothing after it
        (LUND, [IN_LUND, THEN_IN_MALMO], "s..", "s.."),
        # the second: what was before counts, but she doesn't see it
        (MALMO, [IN_LUND, THEN_IN_MALMO], ".ua", "sua"),
        (MALMO, [IN_LUND, THEN_IN_MALMO, LASTLY_IN_YSTAD], ".u.", "su."),
        # one who leaves and comes back
        (LUND, [IN_LUND, THEN_IN_MALMO, LASTLY_IN_LUND], "s.a", "sua"),
        # one who never worked with anyone else
        (LUND, [Period(LUND, SPRING)], "sua", "sua"),
    ],
)
def test_an_employer_sees_her_own_time_and_knows_what_was_earned_before_it(
    hers: object, periods: list[Period], seen: str, known: str
) -> None:
    sight = sight_of(periods, hers={hers})  # type: ignore[arg-type]

    for letter, day in zip("sua", (SPRING, SUMMER, AUTUMN), strict=True):
        assert sight.sees(day) is (letter in seen)
        assert sight.knows_of(day) is (letter in known)


def test_the_day_before_the_first_day_is_the_old_employers_and_the_day_itself_the_new_ones() -> None:
    last = SUMMER - timedelta(days=1)
    old, new = (sight_of([IN_LUND, THEN_IN_MALMO], hers={hers}) for hers in (LUND, MALMO))

    assert (old.sees(last), old.sees(SUMMER), new.sees(last), new.sees(SUMMER)) == (True, False, False, True)
    assert old.until == last


@given(
    st.lists(st.sampled_from([LUND, MALMO, YSTAD]), min_size=1, max_size=6),
    st.integers(0, 400),
)
def test_no_day_is_seen_by_two_employers_that_follow_each_other(places: list[object], day: int) -> None:
    starts = [SPRING + timedelta(days=60 * number) for number in range(len(places))]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [None]
    periods = [Period(*each) for each in zip(places, starts, ends, strict=True)]  # type: ignore[arg-type]
    asked = SPRING + timedelta(days=day)

    seen_by = [hers for hers in set(places) if sight_of(periods, hers={hers}).sees(asked)]  # type: ignore[arg-type]

    assert len(seen_by) == 1
