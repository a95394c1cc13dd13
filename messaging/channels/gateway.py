"""SMS through a gateway that takes a form by HTTPS, as the Swedish ones do (46elks' API is the pattern)."""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin
from uuid import UUID

import requests
from django.conf import settings
from django.urls import reverse

from common.tokens import derive
from messaging.channels import sms
from messaging.channels.base import Delivery
from messaging.channels.http import (
    TIMEOUT,
    HandoverSession,
    NotHandedOverError,
    delivery_refused,
    delivery_without_answer,
    readable,
)
from messaging.channels.sms import Sms
from messaging.choices import Outcome
from messaging.kinds import Content
from messaging.models import Message

FAILED = "failed"
LONGEST_REFERENCE = 200


class GatewayChannel:
    """Delivers to the gateway that SMS_URL names: basic authentication, a form in, JSON out."""

    def __init__(self) -> None:
        self._session = HandoverSession()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def compose(self, message: Message, content: Content, *, now: datetime) -> Sms:
        """See DeliveryChannel."""
        return sms.compose(message, content)

    def deliver(self, parcel: Sms, *, hand_over: Callable[[], bool]) -> Delivery | None:
        """See DeliveryChannel."""
        self._session.ask(hand_over)
        form = {
            "from": settings.SMS_FROM,
            "to": parcel.recipient,
            "message": parcel.text,
            "whendelivered": urljoin(settings.BASE_URL, reverse("webhooks:sms", args=[parcel.id, token_of(parcel.id)])),
        }
        try:
            answer = self._session.post(
                settings.SMS_GATEWAY, data=form, auth=(settings.SMS_USER, settings.SMS_PASSWORD), timeout=TIMEOUT
            )
        except NotHandedOverError:
            return None
        except requests.RequestException as error:
            return delivery_without_answer(error)
        return _answered(answer)


def token_of(message: UUID) -> str:
    """What the gateway must know to report on a message: it is in the address that it is given with it."""
    return derive("report of an SMS", key=message, nonce=message)


def _answered(answer: requests.Response) -> Delivery:
    if not answer.ok:
        return delivery_refused(answer.status_code, answer.text)
    told = _json(answer)
    detail = readable(", ".join(f"{name} {told[name]}" for name in ("status", "parts", "cost") if name in told))
    if told.get("status") == FAILED:
        return Delivery(Outcome.PERMANENT, detail)
    if not told.get("id"):
        return Delivery(Outcome.UNKNOWN, readable(f"an answer that isn't understood: {answer.text}"))
    return Delivery(Outcome.ACCEPTED, detail, reference=str(told["id"])[:LONGEST_REFERENCE])


def _json(answer: requests.Response) -> dict[str, Any]:
    """What the gateway says, or nothing if it is no JSON object."""
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
