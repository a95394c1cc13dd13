"""What becomes of two people who turn out to be one."""

from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.choices import ACTIVE, EnrolmentStatus
from participants.rules.merging import Claim, Identity, Spell, overlap, refusal_to_merge, settle, unite
from tests.factories import NOW

PROGRAMME, SPRING, AUTUMN = uuid4(), uuid4(), uuid4()
LUND, MALMO = uuid4(), uuid4()
ENDED = [status for status in EnrolmentStatus if status not in (*ACTIVE, EnrolmentStatus.COMPLETED)]


def claim(status: str, cohort: UUID = SPRING, *, attended: int = 0, later: int = 0) -> Claim:
    return Claim(uuid4(), PROGRAMME, cohort, status, NOW + timedelta(days=later), attended)


def spell(municipality: UUID, starts: int, ends: int | None) -> Spell:
    day = date(2026, 1, 1)
    last = None if ends is None else day + timedelta(days=ends)
    return Spell(uuid4(), municipality, day + timedelta(days=starts), last)


class TestEnrolments:
    def test_everything_follows_where_nothing_is_in_the_way(self) -> None:
        theirs = claim("enrolled", AUTUMN)
        settled = settle([claim("withdrawn")], [theirs])
        assert settled.to_kept == {theirs.enrolment}
        assert not settled.ends | settled.to_other

    @pytest.mark.parametrize(
        ("weaker", "stronger"),
        [
            ("applied", "waiting"),
            ("waiting", "offered"),
            ("offered", "enrolled"),
            ("enrolled", "completed"),
            ("applied", "completed"),
        ],
    )
    @pytest.mark.parametrize("kept_is_stronger", [True, False])
    def test_in_a_programme_the_weaker_of_two_ends_and_follows_as_history(
        self, weaker: str, stronger: str, kept_is_stronger: bool
    ) -> None:
        weak, strong = claim(weaker, AUTUMN), claim(stronger, SPRING)
        kept, other = (strong, weak) if kept_is_stronger else (weak, strong)
        settled = settle([kept], [other])
        assert settled.ends == {weak.enrolment}
        assert settled.to_kept == {other.enrolment}

    def test_between_equals_the_one_that_has_been_attended_holds_else_the_earlier(self) -> None:
        attended, first = claim("enrolled", AUTUMN, attended=2, later=1), claim("enrolled")
        assert settle([first], [attended]).ends == {first.enrolment}
        later = claim("enrolled", AUTUMN, later=1)
        assert settle([later], [first]).ends == {later.enrolment}

    @pytest.mark.parametrize("kept_is_stronger", [True, False])
    def test_in_a_cohort_she_has_one_and_the_weaker_is_the_others(self, kept_is_stronger: bool) -> None:
        weak, strong = claim("waiting"), claim("enrolled")
        kept, other = (strong, weak) if kept_is_stronger else (weak, strong)
        settled = settle([kept], [other])
        assert settled.ends == {weak.enrolment}
        assert settled.to_kept == (set() if kept_is_stronger else {strong.enrolment})
        assert settled.to_other == (set() if kept_is_stronger else {weak.enrolment})

    def test_what_has_ended_in_the_same_cohort_is_weaker_than_what_holds(self) -> None:
        for status in ENDED:
            over, holds = claim(status, attended=9), claim("applied")
            settled = settle([over], [holds])
            assert not settled.ends
            assert settled.to_kept == {holds.enrolment}
            assert settled.to_other == {over.enrolment}

    def test_what_has_been_completed_twice_stays_completed(self) -> None:
        theirs = claim("completed", AUTUMN)
        settled = settle([claim("completed")], [theirs])
        assert not settled.ends
        assert settled.to_kept == {theirs.enrolment}

    @given(*[st.lists(st.tuples(st.sampled_from(EnrolmentStatus), st.integers(0, 3)), max_size=4)] * 2)
    def test_in_the_end_one_person_has_one_enrolment_in_a_cohort_and_one_that_holds_in_the_programme(
        self, kept: list[tuple[str, int]], other: list[tuple[str, int]]
    ) -> None:
        cohorts = [UUID(int=number) for number in range(4)]

        def person(drawn: list[tuple[str, int]]) -> list[Claim]:
            """What one person may have: each cohort once, one active enrolment."""
            by_cohort = {cohort: status for status, cohort in drawn}
            active = [cohort for cohort, status in by_cohort.items() if status in ACTIVE]
            for cohort in active[1:]:
                by_cohort[cohort] = EnrolmentStatus.WITHDRAWN
            return [claim(status, cohorts[cohort]) for cohort, status in by_cohort.items()]

        mine, theirs = person(kept), person(other)
        settled = settle(mine, theirs)
        hers = [one for one in mine if one.enrolment not in settled.to_other]
        hers += [one for one in theirs if one.enrolment in settled.to_kept]

        assert len({one.cohort for one in hers}) == len(hers)
        assert sum(one.status in ACTIVE and one.enrolment not in settled.ends for one in hers) <= 1
        rest = [one for one in (*mine, *theirs) if one not in hers]
        assert not [one for one in rest if one.holds and one.enrolment not in settled.ends]


class TestEmployments:
    def test_periods_apart_follow(self) -> None:
        mine, theirs = spell(LUND, 10, None), spell(MALMO, 0, 9)
        united = unite([mine], [theirs])
        assert (united.kept, united.moved, united.clashes) == ((mine,), (theirs,), ())

    def test_with_one_employer_the_kept_one_stands_for_both_from_the_first_day_to_the_last(self) -> None:
        mine, theirs = spell(LUND, 10, 20), spell(LUND, 0, None)
        united = unite([mine], [theirs])
        assert united.absorbed == {theirs.employment: mine.employment}
        assert [(one.starts, one.ends) for one in united.kept] == [(theirs.starts, None)]

    def test_but_not_over_a_third(self) -> None:
        before, mine, theirs = spell(LUND, 0, 5), spell(LUND, 10, 20), spell(LUND, 4, None)
        united = unite([before, mine], [theirs])
        assert not overlap(united.kept)
        assert united.absorbed == {theirs.employment: before.employment}

    def test_two_employers_at_a_time_clash(self) -> None:
        mine, theirs = spell(LUND, 0, None), spell(MALMO, 9, None)
        assert unite([mine], [theirs]).clashes == ((mine, theirs),)

    @given(*[st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.integers(0, 9)), max_size=4)] * 2)
    def test_what_comes_of_it_never_overlaps(
        self, kept: list[tuple[bool, int, int]], other: list[tuple[bool, int, int]]
    ) -> None:
        def person(drawn: list[tuple[bool, int, int]]) -> list[Spell]:
            spells, day = [], 0
            for in_lund, length, gap in drawn:
                spells.append(spell(LUND if in_lund else MALMO, day + gap, day + gap + length))
                day += gap + length + 1
            return spells

        united = unite(person(kept), person(other))
        if not united.clashes:
            assert not overlap([*united.kept, *united.moved])


@pytest.mark.parametrize(("same", "region", "merged"), list(product([True, False], repeat=3)))
def test_two_of_one_region_can_be_merged_once(same: bool, region: bool, merged: bool) -> None:
    person, here = uuid4(), uuid4()
    kept = Identity(person, here, merged=False)
    other = Identity(person if same else uuid4(), here if region else uuid4(), merged=merged)
    assert (refusal_to_merge(kept, other) is None) is (not same and region and not merged)
