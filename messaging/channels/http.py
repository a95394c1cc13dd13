"""Handing a message over by HTTP: when that is, and what an answer, or its absence, means."""

import ssl
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from common.faults import crash_point
from messaging.channels.base import ChannelPausedError, ChannelRefusedError, Delivery
from messaging.choices import Outcome

TIMEOUT = 10  # seconds to connect, and seconds of silence
LONGEST_ANSWER = 300  # characters of it that are kept
LATER = frozenset({408, 425, 429, 503})
# The portal's key, address or credit: whichever it is, every message would hear the same.
PORTAL_REFUSED = frozenset({401, 402, 403, 404, 405, 407})


class NotHandedOverError(Exception):
    """The message may not leave any more."""


class _Handover(HTTPAdapter):
    """Asks, when a request is about to leave, whether it may; waits TIMEOUT for its answer."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self.hand_over: Callable[[], bool] = lambda: False

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if not self.hand_over():
            raise NotHandedOverError
        crash_point("after handover")
        answer = super().send(request, *args, **kwargs)
        crash_point("after answer")
        return answer


class HandoverSession(requests.Session):
    """A session in which every request is a handover; `hand_over` is asked about the next one. No redirect is followed.

    Certificates are verified.
    """

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = 0
        self._handover = _Handover()
        self.mount("https://", self._handover)
        self.mount("http://", self._handover)

    def ask(self, hand_over: Callable[[], bool]) -> None:
        """Ask this when the next request is about to leave."""
        self._handover.hand_over = hand_over


def delivery_without_answer(error: requests.RequestException) -> Delivery:
    """What is known when no answer came. Raises ChannelPausedError if the request surely never left."""
    words = _words(error)
    if isinstance(error, requests.TooManyRedirects) or _is_untrusted(error):
        raise ChannelRefusedError(f"not the right server: {words}") from error
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)) or _is_unreachable(error):
        raise ChannelPausedError(f"no connection: {words}") from error
    return Delivery(Outcome.UNKNOWN, words)


def delivery_refused(status: int, text: str) -> Delivery:
    """What a refusal with HTTP `status` (RFC 9110) means. Raises ChannelRefusedError if the portal itself is refused.

    Some providers answer 500 to what they deliver all the same, and a gateway's 502 or 504 tells nothing of the server
    behind it.
    """
    words = readable(f"{status} {text}")
    if status in PORTAL_REFUSED or 300 <= status < 400:
        raise ChannelRefusedError(f"the portal is refused: {words}")
    if status in LATER:
        return Delivery(Outcome.TEMPORARY, words)
    return Delivery(Outcome.PERMANENT if 400 <= status < 500 else Outcome.UNKNOWN, words)


def readable(answer: str) -> str:
    """As much of a server's answer as is kept, without what PostgreSQL keeps in no text."""
    return answer.replace("\0", "")[:LONGEST_ANSWER]


def _is_unreachable(error: requests.RequestException) -> bool:
    return isinstance(_reason(error), NewConnectionError)


def _is_untrusted(error: requests.RequestException) -> bool:
    """Whether the server's certificate was no good, so that it was told nothing."""
    reason = _reason(error)
    return reason is not None and any(isinstance(arg, ssl.SSLCertVerificationError) for arg in reason.args)


def _reason(error: requests.RequestException) -> Exception | None:
    """What urllib3 says was the matter while it connected."""
    return getattr(error.args[0] if error.args else None, "reason", None)


def _words(error: Exception) -> str:
    return readable(f"{type(error).__name__}: {error}")
