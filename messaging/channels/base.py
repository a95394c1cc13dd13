"""What every channel does: it writes a message in its own form, takes it away and says what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeVar

from messaging.choices import Outcome
from messaging.kinds import Content
from messaging.models import Message


class Parcel(Protocol):
    """A finished message to one receiver, in the form in which its channel takes it away."""

    @property
    def parts(self) -> int:
        """How many SMS it is charged as; none for mail."""


AnyParcel = TypeVar("AnyParcel", bound=Parcel)


@dataclass(frozen=True)
class Delivery:
    """How an attempt ended: in the receiving server's words, and with its own reference if it gave one."""

    outcome: Outcome
    detail: str
    reference: str = ""


class ChannelPausedError(Exception):
    """Nothing can be delivered for now, whatever the message: the server is away."""


class ChannelRefusedError(ChannelPausedError):
    """Nothing can be delivered until somebody acts: the server refuses the portal's log-in or its sender."""


class DeliveryChannel(Protocol[AnyParcel]):
    """Used as a context manager around one or many deliveries, which share a connection."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def compose(self, message: Message, content: Content, *, now: datetime) -> AnyParcel:
        """Write what tells `message`'s receiver `content`. Raises ValueError if that can't be written."""

    def deliver(self, parcel: AnyParcel, *, hand_over: Callable[[], bool]) -> Delivery | None:
        """Deliver `parcel`. Just before its text leaves, `hand_over` is asked: False stops it, and None is returned.

        Raises ChannelPausedError, and only if the text has surely not arrived.
        """
