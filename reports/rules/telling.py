"""What somebody knows of a session, from what was sent to her about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sessions.rules.telling import Standing


@dataclass(frozen=True)
class Statement:
    """That a message which `left` then says how a session stands; None as `standing`: it isn't the receiver's.

    `arrived` as far as is known; if not, it may have.
    """

    left: datetime
    standing: Standing | None
    arrived: bool


def known(statements: Iterable[Statement]) -> Standing | None:
    """How the session stands by what she read last. None: that isn't hers, or there is no telling what she read."""
    found = None
    for one in sorted(statements, key=attrgetter("left")):
        if one.arrived:
            found = one.standing
        elif one.standing != found:
            found = None
    return found
