"""When what a certificate says is in doubt: attendance says something else of the time until its issue."""

from collections.abc import Mapping
from datetime import date


def contradicted(
    frozen: Mapping[int, date | None], now: Mapping[int, date | None], *, issued_on: date
) -> frozenset[int]:
    """The numbers of the modules of which the certificate says something else than attendance does now.

    Both give the local day on which each module was earned, None if it was not. What is earned after the issue is no
    contradiction: the certificate was right on its day.
    """

    def known(day: date | None) -> date | None:
        return day if day and day <= issued_on else None

    return frozenset(
        number for number in frozen.keys() | now.keys() if known(frozen.get(number)) != known(now.get(number))
    )
