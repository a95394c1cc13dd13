"""What several forms ask for in the same way."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.utils.functional import Promise

from regions.models import Municipality


def offer_municipalities(
    form: forms.Form, municipalities: Mapping[UUID, Municipality], *, nothing: str | Promise
) -> None:
    """Let the form's municipality be one of these; `nothing` is what it says before one is chosen."""
    places = [(str(pk), str(place)) for pk, place in municipalities.items()]
    form.fields["municipality"].choices = [("", nothing), *places]  # type: ignore[attr-defined]
