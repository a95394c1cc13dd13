"""How many parts of SMS a region may spend in a month. The app that knows says so when Django starts (ADR 13)."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings

Limit = Callable[[UUID], int]
_limits: list[Limit] = []


def register(limit: Limit) -> None:
    """Let `limit` say how many parts the region with an id may spend in a month; 0 is none."""
    _limits[:] = [limit]


def sms_limit(scope: UUID | None) -> int:
    """How many parts the messages of `scope` may cost in a month; none without a region, or without a gateway."""
    if scope is None or not settings.SMS_ON:
        return 0
    return sum(limit(scope) for limit in _limits)
