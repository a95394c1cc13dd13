"""Kinds of message. The app that owns a kind declares it and registers it in its AppConfig.ready().

The post office never knows what a session or an enrolment is: it asks the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from messaging.choices import Channel, Topic
from messaging.texts.text import Text

if TYPE_CHECKING:
    from messaging.models import Message


@dataclass(frozen=True)
class Attachment:
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Content:
    """What a receiver reads. Text and HTML say the same; `sms` says it shortly, "" if the kind is for mail only.

    `logo` is the picture that the HTML shows as cid:logo.
    """

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    sms: str = ""
    logo: Attachment | None = None


class Receiver(Protocol):
    """Who can be written to: a user, a participant, an Address."""

    @property
    def email(self) -> str: ...

    @property
    def language(self) -> str: ...


class Address(NamedTuple):
    """An address of which no more is known; it is written to in the portal's language."""

    email: str
    language: str = settings.LANGUAGE_CODE


@dataclass(frozen=True)
class Draft:
    """A message that should exist. `due` and `expires` are aware datetimes; `refs` are ids as text.

    The recipient is an e-mail address, or for Channel.SMS a number in E.164.
    """

    kind: str
    key: str
    recipient: str
    language: str
    due: datetime
    expires: datetime
    refs: dict[str, Any] = field(default_factory=dict)
    scope: UUID | None = None
    channel: Channel = Channel.EMAIL

    @classmethod
    def to(
        cls,
        receiver: Receiver,
        *,
        kind: str,
        key: str,
        due: datetime,
        expires: datetime | timedelta,
        scope: UUID | None,
        **refs: Any,
    ) -> Self:
        """A message to `receiver` in her language. `expires` is a moment, or how long after `due` it is worth sending.

        `refs` are what it is about: what `Kind.render` and `Kind.still_holds` look up.
        """
        return cls(
            kind=kind,
            key=key,
            recipient=receiver.email,
            language=receiver.language,
            due=due,
            expires=expires if isinstance(expires, datetime) else due + expires,
            refs=refs,
            scope=scope,
        )

    def by_sms(self, mobile: str) -> Self:
        """The same as SMS to a number, in E.164."""
        return replace(self, recipient=mobile, channel=Channel.SMS)


def _nothing(now: datetime) -> Iterable[Draft]:
    return ()


@dataclass(frozen=True)
class Kind:
    """How messages of one kind come about and what they say.

    `render` makes the content, in the active language, from the message's refs.
    `still_holds` is asked just before handover: False cancels the message.
    `materialise` derives from state which messages should exist now; those that do already are ignored.
    `daytime_only` is for what can wait: it is sent between 07:00 and 20:00 local time.
    `resends` is for what does harm if it isn't read, such as a cancelled session: when it is uncertain whether one has
    arrived, it is sent again by itself, with the same Message-ID. What does no harm waits for a coordinator.
    `awaited` is for what its receiver waits for on a page, where she asks for another if it doesn't come: it is sent by
    night as well, by SMS too, and no coordinator has to look after it.
    `fixed_address` is for what only its first receiver may read: it can't be sent to a corrected address.
    `title` is what people who read that one was sent call it, in a word or two.
    `topic` is what receivers choose by whether they want it; without one, they get it whether they want or not.
    `text` is what a region's coordinators may write anew; `render` puts `words(message, …)` into its context.
    """

    name: str
    render: Callable[[Message], Content]
    still_holds: Callable[[Message, datetime], bool]
    materialise: Callable[[datetime], Iterable[Draft]] = _nothing
    daytime_only: bool = False
    resends: bool = False
    awaited: bool = False
    fixed_address: bool = False
    title: str | Promise = ""
    topic: Topic | None = None
    text: Text | None = None

    @property
    def is_secret(self) -> bool:
        """Whether only its receiver may read one."""
        return self.fixed_address or (self.text is not None and self.text.is_secret)


_registry: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make `kind` known. Raises ValueError if another kind has its name."""
    if _registry.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two kinds of message are called {kind.name}")


def get(name: str) -> Kind:
    """Return the kind called `name`; raises KeyError if no app declared it."""
    return _registry[name]


def find(name: str) -> Kind | None:
    """Return the kind called `name`, or None: an older release knew it, or a newer one does."""
    return _registry.get(name)


def title_of(name: str) -> str:
    """What a message of the kind called `name` is called, in the active language; of one that is no more, too."""
    kind = _registry.get(name)
    return str(kind.title if kind and kind.title else _("E-mail"))


def registered() -> tuple[Kind, ...]:
    """All kinds, in the order of their declaration."""
    return tuple(_registry.values())


def topics() -> frozenset[Topic]:
    """What receivers can choose about: the topics that some kind has."""
    return frozenset(kind.topic for kind in registered() if kind.topic)
