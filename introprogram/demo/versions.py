"""The introduction programme has been changed once, between two cohorts, and is being changed again."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from cohorts.actions import (
    ModuleDetails,
    add_module,
    begin_version,
    change_module,
    fingerprint_of_draft,
    release_version,
)
from cohorts.models import Module, Programme


def shorten_the_last_day(programme: Programme, *, by: User, now: datetime) -> Programme:
    """Release a version whose last module ends an hour earlier; return the programme as it is then."""
    programme = begin_version(programme=programme, by=by, now=now)
    last = programme.modules_of(programme.draft_version).get(number=9)
    _change(last, hours=Decimal(6), by=by, now=now)
    return release_version(programme=programme, seen=fingerprint_of_draft(programme), by=by, now=now)


def draft_a_tenth_module(programme: Programme, *, by: User, now: datetime) -> None:
    """Begin a version with a tenth module, which nobody follows yet."""
    programme = begin_version(programme=programme, by=by, now=now)
    children = ModuleDetails(
        title="Barnets rättigheter i handläggningen",
        theme="Barnkonventionen från första samtalet till beslutet",
        hours=Decimal(6),
        month_offset=9,
        learning_goals="Kunna pröva vad som är barnets bästa.\nKunna visa i beslutet hur barnet har kommit till tals.",
        preparation="Läs barnkonventionens artikel 3 och 12.",
    )
    add_module(programme=programme, details=children, by=by, now=now)
    talks = programme.modules_of(programme.draft_version).get(number=4)
    _change(talks, theme="Barnets delaktighet, också i beslutet", by=by, now=now)


def _change(module: Module, *, by: User, now: datetime, **fields: object) -> None:
    stored = ModuleDetails.of(module)
    details = replace(stored, **fields)  # type: ignore[arg-type]
    change_module(module=module, details=details, seen=stored.fingerprint, by=by, now=now)
