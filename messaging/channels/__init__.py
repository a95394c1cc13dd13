from django.conf import settings

from messaging.channels.base import ChannelPausedError, Delivery, DeliveryChannel, Mail
from messaging.channels.email import SmtpChannel
from messaging.channels.folder import FolderChannel

__all__ = ["ChannelPausedError", "Delivery", "DeliveryChannel", "Mail", "open_channel"]


def open_channel() -> DeliveryChannel:
    """The channel for e-mail: the mail server, or the folder of a portal that has none."""
    return FolderChannel() if settings.EMAIL_IN_FOLDER else SmtpChannel()
