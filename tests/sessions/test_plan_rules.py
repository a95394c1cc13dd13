"""When planned messages are due, and which can be planned."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from messaging.choices import Channel
from sessions.choices import StepKind
from sessions.rules.plans import STANDARD, Timing, due, expires, in_order, refusal_of_clock, refusal_of_step
from tests.factories import local
from tests.sessions.plans import days, hours

TUESDAY = date(2026, 4, 14)
SPRING_FORWARD, FALL_BACK = date(2026, 3, 29), date(2026, 10, 25)


def due_for(timing: Timing, day: date, *, starts: int = 9, ends: int = 16) -> datetime:
    """When it is due for a session on `day`, in Swedish time."""
    return due(timing, starts=local(day, starts).astimezone(UTC), ends=local(day, ends).astimezone(UTC))


class TestWhenMessagesAreDue:
    def test_days_before_are_counted_on_the_calendar_to_a_time_of_day(self) -> None:
        assert due_for(days(14), TUESDAY) == local(date(2026, 3, 31), 8)
        assert due_for(days(1, clock=time(15)), TUESDAY) == local(date(2026, 4, 13), 15)

    @pytest.mark.parametrize(("day", "utc_hour"), [(SPRING_FORWARD, 7), (FALL_BACK, 6), (date(2027, 1, 1), 7)])
    def test_eight_o_clock_is_eight_o_clock_on_the_eve_of_a_change_of_time(self, day: date, utc_hour: int) -> None:
        eve = day - timedelta(days=1)
        assert due_for(days(1), day) == datetime(eve.year, eve.month, eve.day, utc_hour, tzinfo=UTC)

    def test_and_when_the_change_lies_between(self) -> None:
        assert due_for(days(14), date(2026, 4, 7)) == datetime(2026, 3, 24, 7, tzinfo=UTC)  # winter time
        assert due_for(days(14), date(2026, 11, 3)) == datetime(2026, 10, 20, 6, tzinfo=UTC)  # summer time

    def test_hours_before_are_real_ones(self) -> None:
        assert due_for(hours(2), TUESDAY) == local(TUESDAY, 7)
        # From noon on Saturday to noon on Sunday it is 23 hours when the clock goes forward, and 25 when it goes back.
        assert due_for(hours(23), SPRING_FORWARD, starts=12) == local(date(2026, 3, 28), 12)
        assert due_for(hours(25), FALL_BACK, starts=12) == local(date(2026, 10, 24), 12)

    @pytest.mark.parametrize(
        ("timing", "starts", "day", "hour"),
        [
            (hours(2), 8, TUESDAY, 7),  # six in the morning: at seven, which is an hour before
            (hours(1), 7, date(2026, 4, 13), 19),  # also six: seven is too late, so the evening before
            (hours(12), 9, date(2026, 4, 13), 19),  # nine in the evening: at seven
            (hours(10), 8, date(2026, 4, 13), 19),  # ten in the evening
            (hours(8), 9, TUESDAY, 7),  # one at night: in the morning
        ],
    )
    def test_what_hours_put_into_the_night_is_moved_out_of_it(
        self, timing: Timing, starts: int, day: date, hour: int
    ) -> None:
        assert due_for(timing, TUESDAY, starts=starts) == local(day, hour)

    def test_the_night_of_new_year_and_those_of_summer_time_are_nights_too(self) -> None:
        assert due_for(hours(10), date(2027, 1, 1)) == local(date(2026, 12, 31), 19)
        assert due_for(hours(7), SPRING_FORWARD) == local(SPRING_FORWARD, 7)
        assert due_for(hours(7), FALL_BACK) == local(FALL_BACK, 7)

    def test_evaluations_come_after_the_end_and_not_at_night(self) -> None:
        assert due_for(hours(1, StepKind.EVALUATION), TUESDAY) == local(TUESDAY, 17)
        assert due_for(hours(5, StepKind.EVALUATION), TUESDAY) == local(date(2026, 4, 15), 7)
        assert due_for(hours(10, StepKind.EVALUATION), date(2026, 12, 31)) == local(date(2027, 1, 1), 7)
        assert due_for(days(1, StepKind.EVALUATION), TUESDAY) == local(date(2026, 4, 15), 8)

    def test_nothing_before_a_session_is_worth_sending_once_it_has_begun(self) -> None:
        starts = local(TUESDAY, 9)
        for timing in (days(1), hours(2), days(5, StepKind.PREPARATION)):
            assert expires(timing, due_for(timing, TUESDAY), starts=starts) == starts
        assert expires(days(14), due_for(days(14), TUESDAY), starts=starts) == local(date(2026, 4, 2), 8)

    def test_evaluations_wait_for_the_register(self) -> None:
        moment = local(TUESDAY, 17)
        kept = expires(hours(1, StepKind.EVALUATION), moment, starts=local(TUESDAY, 9))
        assert kept == moment + timedelta(days=14)


class TestWhatCanBePlanned:
    @pytest.mark.parametrize(
        "timing",
        [
            days(1),
            days(60),
            hours(48),
            hours(2, channel=Channel.SMS),
            days(7, StepKind.PREPARATION),
            days(30, StepKind.EVALUATION),
            hours(1, StepKind.EVALUATION),
        ],
    )
    def test_a_message_within_its_limits(self, timing: Timing) -> None:
        assert refusal_of_step(timing, others=()) is None

    @pytest.mark.parametrize(
        ("timing", "reason"),
        [
            (days(61), "mellan 1 och 60"),
            (days(0), "mellan 1 och 60"),
            (hours(49), "mellan 1 och 48"),
            (days(31, StepKind.EVALUATION), "mellan 1 och 30"),
            (hours(2, StepKind.PREPARATION), "några dagar i förväg"),
            (days(1, StepKind.EVALUATION, channel=Channel.SMS), "Bara påminnelser"),
        ],
    )
    def test_not_one_beyond_them(self, timing: Timing, reason: str) -> None:
        assert reason in str(refusal_of_step(timing, others=()))

    def test_not_the_same_twice_whatever_the_clock(self) -> None:
        assert "redan" in str(refusal_of_step(days(1, clock=time(15)), others=[days(1)]))
        assert refusal_of_step(days(1, channel=Channel.SMS), others=[days(1)]) is None

    def test_not_more_than_people_want_to_read(self) -> None:
        assert "högst 8" in str(refusal_of_step(days(20), others=[days(amount) for amount in range(1, 9)]))

    @pytest.mark.parametrize(("clock", "refused"), [(time(6, 59), True), (time(7), False), (time(19, 59), False)])
    def test_nothing_at_night(self, clock: time, refused: bool) -> None:
        assert (refusal_of_clock(clock) is not None) is refused
        assert refusal_of_clock(time(20)) is not None


def test_steps_are_read_in_the_order_in_which_they_are_sent() -> None:
    plan = [hours(1, StepKind.EVALUATION), hours(2), days(1), days(14), days(7, StepKind.EVALUATION)]
    assert sorted(plan, key=in_order) == [days(14), days(1), hours(2), hours(1, StepKind.EVALUATION), plan[4]]


def test_where_nobody_has_decided_people_are_reminded_two_weeks_and_a_day_before() -> None:
    assert [timing.distance for timing in STANDARD] == ["14d", "1d"]
