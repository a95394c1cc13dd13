"""The one way to write to the log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from audit.models import AuditEvent
from common.models import BATCH

if TYPE_CHECKING:
    from accounts.models import User


def record(
    action: str,
    target: models.Model,
    *,
    by: User | None,
    now: datetime,
    scope: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Log that `by` (None: the system) did `action`, a verb such as "enrolment.withdrawn", to `target`.

    Must be called inside the transaction of the change, so that one can't be kept without the other;
    raises TransactionManagementError otherwise. Values are stored as JSON: dates and UUIDs, at any depth, as text.
    """
    event = entry(action, target, by=by, now=now, scope=scope, before=before, after=after, reason=reason)
    record_all([event])
    return event


def entry(
    action: str,
    target: models.Model,
    *,
    by: User | None,
    now: datetime,
    scope: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """What `record` would log, not stored yet: for `record_all`."""
    return AuditEvent(
        at=now,
        actor=by,
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        scope=scope,
        before=_plain(before),
        after=_plain(after),
        reason=reason,
    )


def record_all(entries: Sequence[AuditEvent]) -> None:
    """Log what has happened to many things, in a few queries; like `record`, only inside the transaction of it."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("what is logged belongs in the transaction of the change")
    AuditEvent.objects.bulk_create(entries, batch_size=BATCH)


def _plain(values: dict[str, Any] | None) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(DjangoJSONEncoder().encode(values or {}))
    return plain
