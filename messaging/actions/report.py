"""What providers report of messages after they left."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.locking import lock
from messaging.choices import REPORTS, EventKind, State
from messaging.models import LONGEST_TEXT, Message, MessageEvent
from messaging.rules import state_after_reports

logger = logging.getLogger(__name__)


@transaction.atomic
def report(
    *,
    provider_reference: str,
    event: EventKind,
    at: datetime,
    detail: str = "",
    reference: str = "",
    message: UUID | None = None,
) -> bool:
    """Record what a provider says became of a message. False if there is none, yet: a report can be quicker than the
    answer to the handover, so a provider should be asked to try again.

    `event` is one of REPORTS, `at` the provider's time, aware. `provider_reference` is what the provider called the
    message when it took it; `message` its own id, for a provider that says that instead. `reference` is what the
    provider calls this report: one that has been recorded is ignored, and so is, without it, a second of the same kind
    and time. Reports may come in any order. Raises ValueError if providers don't report such an event.
    """
    if event not in REPORTS:
        raise ValueError(f"no provider reports that a message was {event}")
    found = _find(provider_reference, message)
    if found is None:
        logger.warning("a report (%s) about a message that isn't known: %s", event, provider_reference or message)
        return False
    current = lock(found)
    reference = reference or f"{event}:{at.timestamp():.6f}"
    if not current.events.filter(reference=reference).exists():
        MessageEvent.objects.create(
            message=current,
            kind=event,
            number=_number_of(current, provider_reference),
            at=at,
            detail=detail[:LONGEST_TEXT],
            reference=reference,
        )
        heed_reports(current)
    return True


def heed_reports(message: Message) -> None:
    """Move the locked `message` to where the reports about its last attempt say that it is.

    Not if its address has been corrected since: what became of it at the old one changes nothing.
    """
    events = [event for event in message.events.all() if event.number == message.tries]
    if any(event.kind == EventKind.CORRECTED for event in events):
        return
    reports = [(event.at, EventKind(event.kind)) for event in events if event.kind in REPORTS]
    state = state_after_reports(State(message.state), reports)
    if state != message.state:
        Message.objects.filter(pk=message.pk).update(state=state, finished=message.finished or max(reports)[0])


def _find(provider_reference: str, pk: UUID | None) -> Message | None:
    """The one message that is meant. Some servers say the same of every message ("250 OK"): that names none."""
    if pk is not None:
        return Message.objects.filter(pk=pk).first()
    if not provider_reference:
        return None
    found = Message.objects.called(provider_reference)[:2] or Message.objects.once_called(provider_reference)[:2]
    return found[0] if len(found) == 1 else None


def _number_of(message: Message, provider_reference: str) -> int:
    """Which attempt is meant: by its reference, else the last, which may be under way."""
    if provider_reference and (attempt := message.attempts.filter(reference=provider_reference).first()):
        return attempt.number
    return message.tries + (message.state == State.SENDING)
