"""Sharing the seats of a cohort among municipalities."""

from collections.abc import Mapping
from uuid import UUID


def share(seats: int, weights: Mapping[UUID, int]) -> dict[UUID, int]:
    """Share out `seats` in proportion to `weights`, by the largest remainder.

    Each gets the whole part of its share; what is left goes to the largest fractions, of equal ones to the greater
    weight and then to the one that is named first. All seats are given, or none where nobody weighs anything.
    """
    total = sum(weights.values())
    if total <= 0 or seats <= 0:
        return dict.fromkeys(weights, 0)
    whole = {place: seats * weight // total for place, weight in weights.items()}
    by_fraction = sorted(weights, key=lambda place: (seats * weights[place] % total, weights[place]), reverse=True)
    left = seats - sum(whole.values())
    return {place: number + (place in by_fraction[:left]) for place, number in whole.items()}


def by_population(*, capacity: int, pool: int, inhabitants: Mapping[UUID, int]) -> dict[UUID, int]:
    """Propose to keep seats by the number of inhabitants, with `pool` seats of `capacity` left for everyone."""
    return share(capacity - pool, inhabitants)


def by_last_use(*, capacity: int, pool: int, used: Mapping[UUID, int]) -> dict[UUID, int]:
    """Propose to keep as many seats as each municipality `used` last time, fewer in proportion if they don't fit.

    What is not used goes to the common pool, which has at least `pool` seats of `capacity`.
    """
    return share(min(max(0, capacity - pool), sum(used.values())), used)
