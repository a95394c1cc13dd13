from typing import Any

from django.conf import settings

from messaging.channels.base import ChannelPausedError, ChannelRefusedError, Delivery, DeliveryChannel
from messaging.channels.folder import MailFolderChannel, SmsFolderChannel
from messaging.channels.gateway import GatewayChannel
from messaging.channels.provider import ProviderChannel
from messaging.channels.smtp import SmtpChannel
from messaging.choices import Channel

__all__ = ["ChannelPausedError", "ChannelRefusedError", "Delivery", "DeliveryChannel", "open_channel"]


def open_channel(channel: Channel) -> DeliveryChannel[Any]:
    """What delivers the messages of `channel`: the server that the settings name, or the folder of a portal without."""
    match channel:
        case Channel.EMAIL:
            if settings.EMAIL_IN_FOLDER:
                return MailFolderChannel()
            return ProviderChannel() if settings.EMAIL_PROVIDER else SmtpChannel()
        case Channel.SMS:
            return SmsFolderChannel() if settings.SMS_IN_FOLDER else GatewayChannel()
