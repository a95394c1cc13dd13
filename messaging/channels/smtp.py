"""Mail through a mail server (SMTP, RFC 5321)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from smtplib import SMTP, SMTPAuthenticationError, SMTPDataError, SMTPException, SMTPNotSupportedError
from ssl import SSLError
from types import TracebackType
from typing import Self, cast

from django.core.mail.backends.smtp import EmailBackend

from common.faults import crash_point
from messaging.channels import mail
from messaging.channels.base import ChannelPausedError, ChannelRefusedError, Delivery
from messaging.channels.mail import Mail
from messaging.choices import Outcome
from messaging.kinds import Content
from messaging.models import Message
from messaging.rules import LOGIN_CODES, accepts, outcome_of, outcome_of_refusal, queue_id


class SmtpChannel:
    """Delivers to the server that Django's EMAIL_* settings name, over one connection as long as that lasts."""

    def __init__(self) -> None:
        # Django's backend opens the connection: TLS, log-in and time limits are as its settings say.
        self._backend = EmailBackend(fail_silently=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def compose(self, message: Message, content: Content, *, now: datetime) -> Mail:
        """See DeliveryChannel."""
        return mail.compose(message, content, now=now)

    def deliver(self, parcel: Mail, *, hand_over: Callable[[], bool]) -> Delivery | None:
        """See DeliveryChannel."""
        connection = self._connected()
        try:
            refusal = self._introduce(connection, parcel)
        except (SMTPException, OSError) as error:
            self._hang_up()
            return Delivery(Outcome.NOT_HANDED_OVER, _words(error))
        if refusal:
            return refusal
        if not hand_over():
            return None
        crash_point("after handover")
        try:
            code, reply = connection.data(parcel.data)
        except SMTPDataError as refused:
            return _refusal(refused.smtp_code, refused.smtp_error)  # the text was never asked for
        except (SMTPException, OSError) as error:
            self._hang_up()
            return Delivery(Outcome.UNKNOWN, _words(error))
        crash_point("after answer")
        return self._answered(code, reply)

    def _introduce(self, connection: SMTP, parcel: Mail) -> Delivery | None:
        """Name sender and receiver; return the server's refusal, or None if it wants to hear the text."""
        code, reply = connection.mail(parcel.sender)
        if code in LOGIN_CODES or outcome_of_refusal(code) == Outcome.PERMANENT:
            raise ChannelRefusedError(f"the server refuses the sender: {_text(code, reply)}")
        if accepts(code):
            code, reply = connection.rcpt(parcel.recipient)
        return None if accepts(code) else _refusal(code, reply)

    def _answered(self, code: int, reply: bytes) -> Delivery:
        outcome, text = outcome_of(code), _text(code, reply)
        if outcome == Outcome.UNKNOWN:
            self._hang_up()  # its next answer may belong to this question
        return Delivery(outcome, text, reference=queue_id(text) if outcome == Outcome.ACCEPTED else "")

    def _connected(self) -> SMTP:
        """The open connection if the server still answers on it, else a new one.

        RSET both asks and clears what a refused mail before this one may have left.
        """
        if connection := self._backend.connection:
            with suppress(SMTPException, OSError):
                if accepts(connection.rset()[0]):
                    return connection
            self._hang_up()
        try:
            self._backend.open()
            connection = cast(SMTP, self._backend.connection)
            connection.ehlo_or_helo_if_needed()
        except (SMTPException, OSError) as error:
            self._hang_up()
            kind = ChannelRefusedError if _needs_somebody(error) else ChannelPausedError
            raise kind(f"no connection to the mail server: {_words(error)}") from error
        return connection

    def _hang_up(self) -> None:
        """Close the connection, politely if the server still answers."""
        with suppress(SMTPException, OSError):
            self._backend.close()


def _needs_somebody(error: Exception) -> bool:
    """Whether a server that could be reached doesn't want this portal, or can't be trusted: time alone won't help."""
    if isinstance(error, SMTPAuthenticationError):
        return outcome_of_refusal(error.smtp_code) == Outcome.PERMANENT
    return isinstance(error, (SMTPNotSupportedError, SSLError))


def _refusal(code: int, reply: bytes | str) -> Delivery:
    return Delivery(outcome_of_refusal(code), _text(code, reply))


def _text(code: int, reply: bytes | str) -> str:
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return f"{code} {words}".replace("\0", "")  # which PostgreSQL keeps in no text


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
