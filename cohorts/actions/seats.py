"""How a cohort's seats are shared among municipalities."""

from collections.abc import Mapping

from cohorts.models import Cohort, SeatAllocation
from regions.models import Municipality


def set_seats(cohort: Cohort, seats: Mapping[Municipality, int]) -> None:
    """Keep exactly these seats; a municipality with none has no row."""
    cohort.seat_allocations.all().delete()
    SeatAllocation.objects.bulk_create(
        SeatAllocation(cohort=cohort, municipality=municipality, seats=number)
        for municipality, number in seats.items()
        if number
    )
