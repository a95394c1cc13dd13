"""What is structural, where it may be changed, what a rule may require, and what differs between two versions."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.choices import Difference
from cohorts.rules import (
    changed_fields,
    changes,
    editable_version,
    is_structural,
    moved,
    out_of_season,
    refusal_of_required,
    refusal_of_seats,
    refusal_to_delete,
    refusal_to_release,
    required_after,
)


@dataclass(frozen=True)
class A:
    """A module."""

    title: str = "Samtal med barn"
    number: int = 1
    hours: Decimal = Decimal(7)
    month_offset: int = 0
    theme: str = ""
    learning_goals: str = ""
    preparation: str = ""
    evaluation_url: str = ""
    identity: UUID = field(default_factory=uuid4)


def version(*modules: A) -> list[A]:
    """The modules, numbered in this order."""
    return [replace(module, number=number) for number, module in enumerate(modules, start=1)]


class TestWhatMayBeChanged:
    @pytest.mark.parametrize(
        ("has_draft", "followed", "version"),
        [(False, False, 2), (False, True, None), (True, True, 3), (True, False, 3)],
    )
    def test_the_draft_or_the_current_version_that_nobody_follows(
        self, has_draft: bool, followed: bool, version: int | None
    ) -> None:
        assert editable_version(current=2, has_draft=has_draft, followed=followed) == version

    @pytest.mark.parametrize(
        ("change", "structural"),
        [
            ({"title": "Samtala med barn"}, False),
            ({"theme": "Barnets röst"}, False),
            ({"learning_goals": "Kunna lyssna"}, False),
            ({"preparation": "Läs"}, False),
            ({"evaluation_url": "https://example.org/enkat"}, False),
            ({"hours": Decimal(6)}, True),
            ({"month_offset": 1}, True),
            ({"title": "Samtala med barn", "hours": Decimal(6)}, True),
        ],
    )
    def test_words_are_not_structure(self, change: dict, structural: bool) -> None:
        fields = changed_fields(A(), replace(A(), **change))
        assert set(fields) == set(change)
        assert is_structural(fields) is structural

    @pytest.mark.parametrize(
        ("item", "up", "order"),
        [("a", True, "abc"), ("b", True, "bac"), ("c", True, "acb"), ("a", False, "bac"), ("c", False, "abc")],
    )
    def test_a_module_moves_one_place_and_stays_in_the_list(self, item: str, up: bool, order: str) -> None:
        assert moved("abc", item, up=up) == list(order)


class TestTheRule:
    @pytest.mark.parametrize(
        ("required", "before", "after", "expected"),
        [
            pytest.param(8, 9, 10, 8, id="one more: as many are required"),
            pytest.param(8, 9, 8, 8, id="one less: still enough"),
            pytest.param(8, 9, 7, 7, id="no more than there are"),
            pytest.param(5, 5, 6, 6, id="where all are required, so is a new one"),
            pytest.param(5, 5, 4, 4, id="where all are required, all still are"),
            pytest.param(1, 0, 1, 1, id="the first module of a new programme"),
            pytest.param(1, 1, 2, 2, id="the second one"),
            pytest.param(1, 1, 0, 1, id="none left"),
        ],
    )
    def test_follows_the_number_of_modules(self, required: int, before: int, after: int, expected: int) -> None:
        assert required_after(required, modules_before=before, modules_after=after) == expected

    @given(st.integers(1, 30), st.lists(st.integers(0, 30), min_size=1))
    def test_never_requires_more_than_there_are(self, required: int, counts: list[int]) -> None:
        before = max(counts[0], required)
        for count in counts:
            required = required_after(required, modules_before=before, modules_after=count)
            assert 1 <= required <= max(count, 1)
            before = count

    @pytest.mark.parametrize(("required", "refused"), [(0, True), (1, False), (9, False), (10, True)])
    def test_requires_some_of_nine(self, required: int, refused: bool) -> None:
        assert (refusal_of_required(required, modules=9) is not None) is refused


class TestReleasing:
    @pytest.mark.parametrize(
        ("modules", "required", "differs", "refused"),
        [
            (9, 8, True, False),
            (9, 8, False, True),
            (0, 1, True, True),
            (7, 8, True, True),
        ],
    )
    def test_a_version_has_modules_can_be_completed_and_is_new(
        self, modules: int, required: int, differs: bool, refused: bool
    ) -> None:
        assert (refusal_to_release(modules=modules, required=required, differs=differs) is not None) is refused

    @pytest.mark.parametrize(("months", "odd"), [([0, 1, 2], []), ([0, 0, 1], []), ([0, 2, 1, 1], [3]), ([1, 0], [2])])
    def test_months_that_go_backwards_are_told(self, months: list[int], odd: list[int]) -> None:
        modules = version(*(A(month_offset=months) for months in months))
        assert [module.number for module in out_of_season(modules)] == odd

    @pytest.mark.parametrize(("cohorts", "refused"), [(0, False), (1, True)])
    def test_a_programme_with_cohorts_is_not_deleted(self, cohorts: int, refused: bool) -> None:
        assert (refusal_to_delete(cohorts=cohorts) is not None) is refused


class TestWhatDiffers:
    one, two, three = A("Ett"), A("Två"), A("Tre")

    def told(self, before: list[A], after: list[A]) -> list[tuple[str, tuple[Difference, ...]]]:
        return [(change.module.title, change.kinds) for change in changes(before, after)]

    def test_nothing(self) -> None:
        assert changes(version(self.one, self.two), version(self.one, self.two)) == []

    def test_a_new_module_moves_nobody(self) -> None:
        assert self.told(version(self.one, self.two), version(self.three, self.one, self.two)) == [
            ("Tre", (Difference.ADDED,))
        ]

    def test_neither_does_one_that_is_gone(self) -> None:
        assert self.told(version(self.one, self.two, self.three), version(self.two, self.three)) == [
            ("Ett", (Difference.REMOVED,))
        ]

    def test_what_overtakes_the_others_is_moved(self) -> None:
        before = version(self.one, self.two, self.three)
        assert self.told(before, version(self.three, self.one, self.two)) == [("Tre", (Difference.MOVED,))]

    def test_a_module_can_be_moved_and_changed(self) -> None:
        shorter = replace(self.three, hours=Decimal(3))
        [change] = changes(version(self.one, self.two, self.three), version(shorter, self.one, self.two))
        assert (change.kinds, change.fields) == ((Difference.MOVED, Difference.CHANGED), ("hours",))
        assert (change.before.number, change.after.number) == (3, 1)

    @given(st.permutations(range(7)))
    def test_those_that_are_not_said_to_move_keep_their_order(self, order: list[int]) -> None:
        before = version(*(A(str(number)) for number in range(7)))
        after = version(*(before[place] for place in order))
        movers = {change.module.identity for change in changes(before, after)}
        stayed = [module.title for module in after if module.identity not in movers]
        assert stayed == sorted(stayed)
        assert bool(movers) == (order != sorted(order))


@pytest.mark.parametrize(
    ("capacity", "allocated", "taken", "refused"),
    [(25, 0, 0, False), (25, 25, 25, False), (25, 26, 0, True), (24, 0, 25, True)],
)
def test_seats_fit_in_the_cohort(capacity: int, allocated: int, taken: int, refused: bool) -> None:
    assert bool(refusal_of_seats(capacity=capacity, allocated=allocated, taken=taken)) is refused
