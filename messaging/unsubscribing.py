"""The link by which whoever reads mail at an address ends a topic there, without logging in (RFC 8058)."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from messaging import kinds
from messaging.choices import Topic
from messaging.models import Message

SALT = "messaging.unsubscribing"


def link_of(message: Message) -> str:
    """The full address of the page that ends the message's topic for its receiver; "" if it can't be ended.

    It works for good: a mail may be read years later.
    """
    topic = kinds.get(message.kind).topic
    return (
        settings.BASE_URL + reverse("accounts:unsubscribe", args=[token_of(message.recipient, topic)]) if topic else ""
    )


def token_of(address: str, topic: Topic) -> str:
    """What the link holds, signed."""
    return signing.dumps([address, topic], salt=SALT, compress=True)


def read(token: str) -> tuple[str, Topic]:
    """The address and topic of a token. Raises ValueError if it isn't one of ours."""
    try:
        address, topic = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise ValueError("no token") from error
    return address, Topic(topic)
