"""Progress is counted against the whole programme, never against the sessions held so far."""

import pytest

from sessions.choices import ProgressState
from sessions.rules.progress import measure

NINE = set(range(1, 10))


@pytest.mark.parametrize(
    ("earned", "ahead", "elsewhere", "state"),
    [
        (set(), NINE, set(), ProgressState.ON_TRACK),
        ({1, 2, 3}, {4, 5, 6, 7, 8, 9}, set(), ProgressState.ON_TRACK),
        # One may be missed: eight of nine are required.
        ({1, 2}, {4, 5, 6, 7, 8, 9}, set(), ProgressState.ON_TRACK),
        ({1, 2, 4, 5, 6, 7, 8, 9}, set(), set(), ProgressState.COMPLETE),
        (NINE, set(), set(), ProgressState.COMPLETE),
        # Two are missed: only a make-up session helps.
        ({1}, {4, 5, 6, 7, 8, 9}, {3}, ProgressState.AT_RISK),
        ({1}, {4, 5, 6, 7, 8, 9}, {2, 3}, ProgressState.AT_RISK),
        ({1}, {4, 5, 6, 7, 8, 9}, set(), ProgressState.CANNOT_COMPLETE),
        # What is given elsewhere too, but isn't missing, helps nobody.
        ({1}, {4, 5, 6, 7, 8, 9}, {1, 4, 9}, ProgressState.CANNOT_COMPLETE),
        # Three are missed and two can be made up: eight are reached; with one they are not.
        ({1, 2, 3, 4, 5, 6}, set(), {7, 8}, ProgressState.AT_RISK),
        ({1, 2, 3, 4, 5, 6}, set(), {7}, ProgressState.CANNOT_COMPLETE),
        (set(), set(), set(), ProgressState.CANNOT_COMPLETE),
    ],
)
def test_state(earned: set[int], ahead: set[int], elsewhere: set[int], state: ProgressState) -> None:
    progress = measure(modules=NINE, required=8, earned=earned, ahead=ahead, elsewhere=elsewhere)
    assert progress.state == state


def test_says_what_is_missing_and_what_of_it_can_be_made_up() -> None:
    progress = measure(modules=NINE, required=8, earned={1, 5}, ahead={6, 7, 8, 9}, elsewhere={2, 4, 6})
    assert (progress.earned, progress.total, progress.required, progress.to_earn) == (2, 9, 8, 6)
    assert progress.missing == (2, 3, 4)
    assert progress.recoverable == (2, 4)


@pytest.mark.parametrize("earned", range(6))
def test_qualifies_exactly_from_the_required_number_on(earned: int) -> None:
    """The social-law course: five modules, four of which are required."""
    modules = set(range(1, 6))
    progress = measure(modules=modules, required=4, earned=set(range(1, earned + 1)), ahead=set(), elsewhere=modules)
    assert progress.qualifies is (earned >= 4)
    assert progress.to_earn == max(4 - earned, 0)
