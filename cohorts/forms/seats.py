"""How many seats are kept for each municipality."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from cohorts.rules import LARGEST_COHORT
from common.widgets import DigitsInput
from regions.models import Municipality


class SeatsPerMunicipality(forms.Form):
    """A field for each of `municipalities`; an empty one keeps nothing."""

    def __init__(self, *args: Any, municipalities: Sequence[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipalities = municipalities
        for municipality in municipalities:
            self.fields[self.seats_name(municipality)] = forms.IntegerField(
                label=municipality.name,
                required=False,
                min_value=0,
                max_value=LARGEST_COHORT,
                widget=DigitsInput(),
            )

    @staticmethod
    def seats_name(municipality: Municipality) -> str:
        """The name of its field."""
        return f"seats_{municipality.code}"

    def seat_fields(self) -> Iterator[forms.BoundField]:
        """One field for each municipality."""
        return (self[self.seats_name(municipality)] for municipality in self.municipalities)

    def seats(self) -> dict[Municipality, int]:
        """Seats kept for each municipality that has any, as far as they are valid."""
        kept = {place: self.cleaned_data.get(self.seats_name(place)) for place in self.municipalities}
        return {place: seats for place, seats in kept.items() if seats}
