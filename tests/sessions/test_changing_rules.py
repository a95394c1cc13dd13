"""What may be published, changed and cancelled."""

from datetime import date, datetime, timedelta

import pytest

from sessions.rules.changing import (
    out_of_order,
    refusal_to_cancel,
    refusal_to_move,
    refusal_to_publish,
    refusal_to_undo,
)
from tests.factories import NOW, TODAY, local

FIRST = TODAY + timedelta(weeks=8)
IN_ORDER = [local(FIRST), local(FIRST + timedelta(weeks=4)), local(FIRST + timedelta(weeks=8))]


@pytest.mark.parametrize(
    ("sessions", "applications_close", "refused"),
    [
        (IN_ORDER, FIRST - timedelta(days=1), False),
        (IN_ORDER[:2], FIRST - timedelta(days=1), True),  # a module without a session
        (IN_ORDER[::-1], FIRST - timedelta(days=1), True),  # in disorder
        ([IN_ORDER[0], IN_ORDER[0], IN_ORDER[2]], FIRST - timedelta(days=1), True),  # two at once
        ([NOW, *IN_ORDER[1:]], TODAY - timedelta(days=1), True),  # begun
        (IN_ORDER, FIRST, True),  # applications until the first day
    ],
)
def test_a_cohort_is_published_with_all_its_dates_ahead_in_order(
    sessions: list[datetime], applications_close: date, refused: bool
) -> None:
    refusal = refusal_to_publish(modules=3, sessions=sessions, applications_close=applications_close, now=NOW)
    assert bool(refusal) is refused


@pytest.mark.parametrize(
    ("cancelled", "marked", "refused"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_what_is_held_or_cancelled_is_neither_moved_nor_cancelled(cancelled: bool, marked: bool, refused: bool) -> None:
    assert bool(refusal_to_move(cancelled=cancelled, marked=marked)) is refused
    assert bool(refusal_to_cancel(draft=False, cancelled=cancelled, marked=marked)) is refused


def test_a_session_of_a_draft_is_moved_rather_than_cancelled() -> None:
    assert refusal_to_cancel(draft=True, cancelled=False, marked=False)


def test_a_cohort_without_any_session_is_not_published() -> None:
    assert refusal_to_publish(modules=0, sessions=[], applications_close=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("latest", "marked", "past", "undone"),
    [
        (True, False, False, True),
        (False, False, False, False),
        (True, True, False, False),
        (True, False, True, False),
    ],
)
def test_only_the_latest_change_is_undone_while_all_is_ahead(
    latest: bool, marked: bool, past: bool, undone: bool
) -> None:
    assert (refusal_to_undo(latest=latest, marked=marked, past=past) is None) is undone


def test_a_session_is_not_moved_into_the_past() -> None:
    assert refusal_to_move(cancelled=False, marked=False, past=True)
    assert refusal_to_move(cancelled=False, marked=False, past=False) is None


@pytest.mark.parametrize(
    ("days", "before", "after"),
    [(5, None, None), (0, 1, None), (1, 1, None), (10, None, 3), (11, None, 3), (21, None, 3), (-1, 1, None)],
)
def test_a_module_keeps_its_place_between_the_others(days: int, before: int | None, after: int | None) -> None:
    others = [(1, NOW + timedelta(days=1)), (3, NOW + timedelta(days=10)), (4, NOW + timedelta(days=20))]
    assert out_of_order(number=2, starts=NOW + timedelta(days=days), others=others) == (before, after)
