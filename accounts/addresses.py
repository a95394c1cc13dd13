"""Where people are written to beside the address with which they log in. The app that knows says so (ADR 13)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User

Addresses = Callable[["User"], Collection[str]]
_sources: list[Addresses] = []


def register(addresses: Addresses) -> None:
    """Let `addresses` say at which e-mail addresses a user is written to as well."""
    if addresses not in _sources:
        _sources.append(addresses)


def addresses_of(user: User) -> list[str]:
    """All e-mail addresses at which `user` reads what the portal sends to her."""
    others = {address.lower() for source in _sources for address in source(user)}
    return [*sorted(others - {user.email.lower()}), user.email]
