"""Django's own mail (log-in codes) in the folder where messages go when there is no mail server."""

from collections.abc import Sequence
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from messaging.channels.folder import write_mail


class FolderBackend(BaseEmailBackend):
    """Writes each mail as one .eml file into EMAIL_FILE_PATH."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            write_mail(uuid4(), message.message().as_bytes())
        return len(email_messages)
