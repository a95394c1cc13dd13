"""From a message to the bytes that travel."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.encoding import punycode

from messaging.kinds import Attachment, Content
from messaging.look import LOGO
from messaging.models import Message
from messaging.unsubscribing import link_of


@dataclass(frozen=True)
class Mail:
    """A finished mail to one receiver; `id` is the message's, `data` what travels (RFC 5322, lines end in CRLF)."""

    id: UUID
    sender: str
    recipient: str
    data: bytes
    parts: int = 0


def compose(message: Message, content: Content, *, now: datetime) -> Mail:
    """Write the mail that tells `message`'s receiver `content`.

    Its Message-ID follows from the message's id, so a mail sent once more is known to be the same.
    Raises ValueError if a line break is in a header.
    """
    recipient = _ascii(message.recipient)
    mail = EmailMessage(policy=SMTP)
    mail["Date"] = now
    mail["From"] = settings.DEFAULT_FROM_EMAIL
    mail["To"] = recipient
    mail["Subject"] = content.subject
    for name, value in headers_of(message).items():
        mail[name] = value
    mail.set_content(content.text, cte="quoted-printable")
    mail.add_alternative(content.html, subtype="html", cte="quoted-printable")
    if content.logo:
        _show(mail, content.logo)
    for attachment in content.attachments:
        _attach(mail, attachment)
    mail["Content-Language"] = message.language  # last, or it moves into the first part
    return Mail(
        id=message.pk,
        sender=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        recipient=recipient,
        data=mail.as_bytes(),
    )


def headers_of(message: Message) -> dict[str, str]:
    """What the mail of `message` says to programs, whatever it says to people."""
    headers = {
        "Message-ID": f"<{message.pk}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no absence notes in return, please
    }
    if link := link_of(message):
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058: nobody is asked to log in
    return headers


def _show(mail: EmailMessage, picture: Attachment) -> None:
    """Put the picture beside the HTML that shows it (RFC 2387, RFC 2392)."""
    html = cast(EmailMessage, mail.get_body(("html",)))
    html.add_related(
        picture.content,
        "image",
        "png",
        cid=f"<{LOGO}>",
        disposition="inline",
        filename=picture.filename,
    )


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    """Add a file with the parameters of its type: a calendar has a method (RFC 6047, section 2.4)."""
    maintype, subtype, params = _parsed(attachment.content_type)
    mail.add_attachment(
        attachment.content, maintype=maintype, subtype=subtype, filename=attachment.filename, params=params
    )


@lru_cache(maxsize=32)  # there are few, and reading one is slow
def _parsed(content_type: str) -> tuple[str, str, dict[str, str]]:
    header = EmailMessage(policy=SMTP)
    header["Content-Type"] = content_type
    return header.get_content_maintype(), header.get_content_subtype(), dict(header["Content-Type"].params)


def _ascii(address: str) -> str:
    """The address with its domain as mail servers know it (RFC 5890)."""
    name, _at, domain = address.rpartition("@")
    return f"{name}@{punycode(domain)}"
