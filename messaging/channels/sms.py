"""From a message to the few words that a phone shows."""

from dataclasses import dataclass
from uuid import UUID

from messaging.channels.parts import parts_of
from messaging.kinds import Content
from messaging.models import Message


@dataclass(frozen=True)
class Sms:
    """A finished SMS to one receiver; `id` is the message's, the recipient a number in E.164."""

    id: UUID
    recipient: str
    text: str

    @property
    def parts(self) -> int:
        """How many SMS it is charged as."""
        return parts_of(self.text)


def compose(message: Message, content: Content) -> Sms:
    """Write the SMS that tells `message`'s receiver `content`. Raises ValueError if its kind has no words for SMS."""
    if not content.sms:
        raise ValueError(f"messages of the kind {message.kind} have no text for SMS (<template>.sms.txt)")
    return Sms(id=message.pk, recipient=message.recipient, text=content.sms)
