"""Messages as files, for a portal without servers: one .eml file each, readable by any mail program."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from django.conf import settings

from common.files import write_whole
from messaging.channels import mail, sms
from messaging.channels.base import Delivery
from messaging.channels.mail import Mail
from messaging.choices import Outcome
from messaging.kinds import Content
from messaging.models import Message


class MailFolderChannel:
    """Delivers into EMAIL_FILE_PATH."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def compose(self, message: Message, content: Content, *, now: datetime) -> Mail:
        """See DeliveryChannel."""
        return mail.compose(message, content, now=now)

    def deliver(self, parcel: Mail, *, hand_over: Callable[[], bool]) -> Delivery | None:
        """See DeliveryChannel. A file that couldn't be written isn't there, so trying again is safe."""
        if not hand_over():
            return None
        try:
            file = write_mail(parcel.id, parcel.data)
        except OSError as error:
            return Delivery(Outcome.TEMPORARY, str(error))
        return Delivery(Outcome.ACCEPTED, "", reference=file.name)


class SmsFolderChannel(MailFolderChannel):
    """Delivers SMS into the same folder, written as mail to a number."""

    def compose(self, message: Message, content: Content, *, now: datetime) -> Mail:
        """See DeliveryChannel."""
        short = sms.compose(message, content)
        file = EmailMessage(policy=SMTP)
        file["Date"] = now
        file["From"] = settings.SMS_FROM
        file["To"] = short.recipient
        file["Subject"] = "SMS"
        file.set_content(short.text, cte="quoted-printable")
        return Mail(
            id=short.id,
            sender=settings.SMS_FROM,
            recipient=short.recipient,
            data=file.as_bytes(),
            parts=short.parts,
        )


def write_mail(name: UUID, data: bytes) -> Path:
    """Write `<name>.eml` into EMAIL_FILE_PATH and return it. The name is the mail's id: it can't be there twice."""
    file = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
    write_whole(file, data)
    return file
