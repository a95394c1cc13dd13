"""What every channel does: it takes one mail and says what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from messaging.choices import Outcome


@dataclass(frozen=True)
class Mail:
    """A finished mail to one receiver; `id` is the message's, `data` what travels (RFC 5322, lines end in CRLF)."""

    id: UUID
    sender: str
    recipient: str
    data: bytes


@dataclass(frozen=True)
class Delivery:
    """How an attempt ended: in the receiving server's words, and with its own reference if it gave one."""

    outcome: Outcome
    detail: str
    reference: str = ""


class ChannelPausedError(Exception):
    """Nothing can be delivered for now, whatever the message: the server is away or refuses the portal."""


class DeliveryChannel(Protocol):
    """Used as a context manager around one or many deliveries, which share a connection."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def deliver(self, mail: Mail, *, hand_over: Callable[[], bool]) -> Delivery | None:
        """Deliver `mail`. Just before its text leaves, `hand_over` is asked: False stops it, and None is returned.

        Raises ChannelPausedError, only ever before the handover.
        """
