"""A real mail server for tests: what it accepts it keeps, and it can be told to misbehave as mail servers do."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pytest_django import Settings

from tests.services import free_port

# What the server can do at a step instead of answering; a line such as "451 Later" is said instead of yes.
DROP = "drops the connection"
HANG = "says nothing"
# Where it can do so: on hearing MAIL, RCPT or DATA, in the middle of the text, after the final dot (the text is thrown
# away), or when it has accepted the text and should say so. There are also "log-in", and "reset" before the next mail.
STEPS = {"mail", "recipient", "data", "text", "final dot", "answer"}


@dataclass(frozen=True)
class Accepted:
    """A mail that the server has taken responsibility for."""

    recipients: list[str]
    mail: EmailMessage
    raw: bytes


class Conversation(SMTP):
    """One client's connection."""

    event_handler: "MailServer"

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        if reply := await self.event_handler.misbehave("log-in", self):
            await self.push(reply)
        else:
            await super().smtp_AUTH(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        await self.event_handler.misbehave("reset", self)
        await super().smtp_RSET(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if reply := await self.event_handler.misbehave("data", self):
            await self.push(reply)
        elif "text" in self.event_handler.misbehaviour:
            await self.push("354 Go on")
            await self._reader.readline()
            await self.event_handler.misbehave("text", self)
        else:
            await super().smtp_DATA(arg)


class MailServer(Controller):
    """Accepts mail on a free port of the loopback interface.

    `misbehaviour[step]` may be changed at any time; with `once` it is forgotten when it has been shown. `delay` is how
    many seconds the server thinks before it accepts. With `tls` it wants STARTTLS, with `password` a log-in.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, password: str | None = None, delay: float = 0) -> None:
        self.accepted: list[Accepted] = []
        self.connections = 0
        self.misbehaviour: dict[str, str] = {}
        self.once = False
        self.tls = tls
        self.password = password
        self.delay = delay
        super().__init__(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        """The address to put into EMAIL_URL."""
        return f"smtp://{self.hostname}:{self.port}"

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(str(accepted.mail["Message-ID"]) for accepted in self.accepted)

    async def misbehave(self, step: str, conversation: SMTP) -> str | None:
        """Do what was asked for at `step`; return the line to say, or None to go on as a good server does."""
        what = self.misbehaviour.pop(step, None) if self.once else self.misbehaviour.get(step)
        if what == DROP and isinstance(conversation.transport, asyncio.Transport):
            conversation.transport.abort()
        if what in (DROP, HANG):
            await asyncio.sleep(600)  # until the connection is gone
        return what

    def factory(self) -> Conversation:
        return Conversation(
            self,
            hostname="mail.example.org",
            loop=self.loop,
            tls_context=self.tls,
            require_starttls=self.tls is not None,
            authenticator=self.authenticate,
            auth_require_tls=False,
        )

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        right = self.password is not None and login.password == self.password.encode()
        return AuthResult(success=right, handled=False)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := await self.misbehave("mail", server):
            return reply
        if self.password is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := await self.misbehave("recipient", server):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        if reply := await self.misbehave("final dot", server):
            return reply
        raw = envelope.original_content or b""
        mail = message_from_bytes(raw, policy=default)
        self.accepted.append(Accepted(recipients=envelope.rcpt_tos, mail=mail, raw=raw))
        return await self.misbehave("answer", server) or f"250 2.0.0 Ok: queued as {len(self.accepted):08X}"


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A mail server to which this test's messages go."""
    server = MailServer()
    server.start()
    settings.EMAIL_IN_FOLDER = False
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.EMAIL_TIMEOUT = 2
    yield server
    server.stop()
