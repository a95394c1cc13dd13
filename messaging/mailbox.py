"""Reading what the portal has written into its mail folder instead of sending it."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

from django.conf import settings

from messaging.kinds import Attachment


@dataclass(frozen=True)
class StoredMail:
    """One mail from the folder; `sent` is what its Date says, aware."""

    id: UUID
    subject: str
    recipient: str
    sender: str
    sent: datetime
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def newest_first() -> list[UUID]:
    """The ids of all mails in the folder; nothing is opened."""
    files = Path(settings.EMAIL_FILE_PATH).glob("*.eml")
    return [UUID(file.stem) for file in sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True)]


def read(mail: UUID) -> StoredMail:
    """Open one mail. Raises FileNotFoundError if there is none with that id."""
    data = (Path(settings.EMAIL_FILE_PATH) / f"{mail}.eml").read_bytes()
    message = message_from_bytes(data, policy=default)
    return StoredMail(
        id=mail,
        subject=str(message["Subject"]),
        recipient=str(message["To"]),
        sender=str(message["From"]),
        sent=_sent(message),
        text=_body(message, "plain"),
        html=_with_pictures(_body(message, "html"), message),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _sent(message: EmailMessage) -> datetime:
    """The Date: UTC, of an unknown place, where it says "-0000" (RFC 5322, section 3.3)."""
    sent: datetime = message["Date"].datetime
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def _with_pictures(html: str, message: EmailMessage) -> str:
    """The HTML with the pictures that the mail carries along inside it, since a page can't look into the mail."""
    for part in message.walk():
        if (name := str(part["Content-ID"] or "").strip("<>")) and part.get_content_maintype() == "image":
            data = b64encode(part.get_payload(decode=True) or b"").decode()  # type: ignore[arg-type]
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{data}")
    return html


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        filename=part.get_filename() or "attachment",
        content=content if isinstance(content, bytes) else b"",
        content_type=part.get_content_type(),
    )
