"""Mail through a provider's API (django-anymail)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.mime.image import MIMEImage
from types import TracebackType
from typing import Any, Self

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from messaging.channels.base import Delivery
from messaging.channels.http import (
    HandoverSession,
    NotHandedOverError,
    delivery_refused,
    delivery_without_answer,
    readable,
)
from messaging.channels.mail import headers_of
from messaging.choices import Outcome
from messaging.kinds import Attachment, Content
from messaging.look import LOGO
from messaging.models import Message

# Whose API wants to name mails itself, and refuses one that comes with a Message-ID.
NAMES_MAILS_ITSELF = frozenset({"mailjet"})
# Who take a picture along that the text shows. With the others, its place is taken by the region's name.
SHOWS_PICTURES = frozenset({"mailgun", "mailjet"})
# What providers say of a receiver to whom they won't deliver.
REFUSED = frozenset({"invalid", "rejected", "failed"})


@dataclass(frozen=True)
class ProviderMail:
    """A mail in the parts that a provider wants."""

    email: EmailMultiAlternatives
    parts: int = 0


class ProviderChannel:
    """Delivers to the provider that EMAIL_PROVIDER names, over one session."""

    def __init__(self) -> None:
        self._session = HandoverSession()
        self._backend: Any = get_connection(settings.EMAIL_BACKEND)

    def __enter__(self) -> Self:
        self._backend.open()
        self._session.headers.update(self._backend.session.headers)
        self._backend.session = self._session
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._backend.close()

    def compose(self, message: Message, content: Content, *, now: datetime) -> ProviderMail:
        """See DeliveryChannel. The mail carries the message's id, so that reports can name it (webhooks)."""
        headers = headers_of(message) | {"Content-Language": message.language}
        if settings.EMAIL_PROVIDER in NAMES_MAILS_ITSELF:
            del headers["Message-ID"]
        email = EmailMultiAlternatives(content.subject, content.text, to=[message.recipient], headers=headers)
        email.attach_alternative(content.html, "text/html")
        if content.logo and settings.EMAIL_PROVIDER in SHOWS_PICTURES:
            email.attach(_picture(content.logo))
        for attachment in content.attachments:
            email.attach(attachment.filename, attachment.content, attachment.content_type)
        email.metadata = {"message": str(message.pk)}  # type: ignore[attr-defined]  # anymail's
        return ProviderMail(email)

    def deliver(self, parcel: ProviderMail, *, hand_over: Callable[[], bool]) -> Delivery | None:
        """See DeliveryChannel."""
        self._session.ask(hand_over)
        try:
            self._backend.send_messages([parcel.email])
        except NotHandedOverError:
            return None
        except AnymailRecipientsRefused as refused:
            return Delivery(Outcome.PERMANENT, _first_line(refused))
        except AnymailAPIError as error:
            return _unsuccessful(error)
        except AnymailError as error:
            return Delivery(Outcome.NOT_HANDED_OVER, _first_line(error))  # what this provider can't be told
        return _accepted(parcel.email)


def _picture(logo: Attachment) -> MIMEImage:
    """The picture that the HTML shows as cid:logo."""
    picture = MIMEImage(logo.content, "png")
    picture.add_header("Content-ID", f"<{LOGO}>")
    picture.add_header("Content-Disposition", "inline", filename=logo.filename)
    return picture


def _unsuccessful(error: Any) -> Delivery:
    """What it means that the provider didn't answer, or not as it should."""
    if error.response is None:
        return delivery_without_answer(error.__cause__)
    if error.response.ok:
        return Delivery(Outcome.UNKNOWN, readable(f"an answer that isn't understood: {error.response.text}"))
    return delivery_refused(error.response.status_code, error.response.text)


def _accepted(email: EmailMultiAlternatives) -> Delivery:
    status: Any = email.anymail_status  # type: ignore[attr-defined]  # anymail's
    if status.status and status.status <= REFUSED:
        return Delivery(Outcome.PERMANENT, f"the provider says {', '.join(sorted(status.status))}")
    return Delivery(Outcome.ACCEPTED, "", reference=str(status.message_id or ""))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
