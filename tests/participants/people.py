"""People to enrol, as their employers state them."""

from datetime import date
from typing import Any

from participants.details import PersonDetails
from regions.models import Municipality

FIRST_DAY = date(2026, 3, 1)


def person(municipality: Municipality, **fields: Any) -> PersonDetails:
    """Åsa Öberg-Exempel of `municipality`, and nobody else of that name, unless `fields` say otherwise."""
    stated = {
        "first_name": "Åsa",
        "last_name": "Öberg-Exempel",
        "email": "asa@example.org",
        "unit": "Barn och familj",
        "title": "Socialsekreterare",
        "employed_from": FIRST_DAY,
        "different": True,
        **fields,
    }
    return PersonDetails(municipality=municipality, **stated)
