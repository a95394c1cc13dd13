"""Reading what a provider of mail reports (django-anymail), if it can prove that it is the provider."""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.module_loading import import_string

from messaging.choices import EventKind

# Opened and clicked are neither asked for nor kept. Deferred is no end.
EVENTS = {
    EventType.DELIVERED: EventKind.DELIVERED,
    EventType.BOUNCED: EventKind.BOUNCED,
    EventType.REJECTED: EventKind.BOUNCED,
    EventType.FAILED: EventKind.BOUNCED,
    EventType.COMPLAINED: EventKind.COMPLAINED,
}
# For so long a provider tries again to report, and as long a signature is remembered.
SIGNATURE_SERVES = timedelta(hours=12)
LONGEST_TEXT = 200

logger = logging.getLogger(__name__)


class ReportRefusedError(Exception):
    """It isn't proved who reports, or what it says isn't understood."""


@dataclass(frozen=True)
class Report:
    """What became of one message; fields as actions.report takes them."""

    message: UUID
    provider_reference: str
    event: EventKind
    at: datetime
    detail: str
    reference: str


@contextmanager
def reports_in(request: HttpRequest, *, now: datetime) -> Iterator[list[Report]]:
    """The reports in a provider's request, which has its log-in and signature. Raises ReportRefusedError.

    A signature that covers only itself (Mailgun's) serves once: it is used up when the reports have been dealt with.
    """
    view = import_string(settings.EMAIL_REPORTS)()
    try:
        view.run_validators(request)
        seal = _unused_signature(request, now=now) if settings.EMAIL_PROVIDER == "mailgun" else None
        reports = [_report(event, now=now) for event in view.parse_events(request)]
    except Exception as error:  # anymail takes what it is sent to be of the right shape
        logger.warning("a report is refused: %s", type(error).__name__)
        raise ReportRefusedError from error
    yield [report for report in reports if report]
    if seal:
        cache.set(seal, True, timeout=2 * SIGNATURE_SERVES.total_seconds())


def _unused_signature(request: HttpRequest, *, now: datetime) -> str:
    """By which key it is remembered that the request's signature was used. Raises ReportRefusedError if it was."""
    signature = json.loads(request.body)["signature"]
    key = f"report:{hashlib.sha256(str(signature['token']).encode()).hexdigest()}"
    is_fresh = abs(now.timestamp() - float(signature["timestamp"])) <= SIGNATURE_SERVES.total_seconds()
    if not is_fresh or cache.get(key):
        raise ReportRefusedError
    return key


def _report(event: AnymailTrackingEvent, *, now: datetime) -> Report | None:
    """What `event` means. Mails that aren't messages, such as log-in codes, have no id in them: nothing is to do."""
    kind = EVENTS.get(event.event_type)
    try:
        message = UUID(event.metadata["message"])
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    if kind is None:
        return None
    return Report(
        message=message,
        provider_reference=_text(event.message_id),
        event=kind,
        at=event.timestamp or now,
        detail=_text(event.mta_response or event.description),
        reference=_text(event.event_id),
    )


def _text(value: object) -> str:
    """As the database can keep it: not for ever, and on PostgreSQL without NUL."""
    return str(value or "").replace("\0", "")[:LONGEST_TEXT]
