"""Mail as files, for a portal without a mail server: one .eml file each, readable by any mail program."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from django.conf import settings

from common.files import write_whole
from messaging.channels.base import Delivery, Mail
from messaging.choices import Outcome


class FolderChannel:
    """Delivers into EMAIL_FILE_PATH."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def deliver(self, mail: Mail, *, hand_over: Callable[[], bool]) -> Delivery | None:
        """See DeliveryChannel. A file that couldn't be written isn't there, so trying again is safe."""
        if not hand_over():
            return None
        try:
            file = write_mail(mail.id, mail.data)
        except OSError as error:
            return Delivery(Outcome.TEMPORARY, str(error))
        return Delivery(Outcome.ACCEPTED, "", reference=file.name)


def write_mail(name: UUID, data: bytes) -> Path:
    """Write `<name>.eml` into EMAIL_FILE_PATH and return it. The name is the mail's id: it can't be there twice."""
    file = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
    write_whole(file, data)
    return file
