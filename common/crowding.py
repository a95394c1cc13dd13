"""How many may do the same costly thing on this machine at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings


class Crowded(Exception):  # noqa: N818 -- it is an answer, not a fault
    """All places are taken; one is free again in a moment."""


@contextmanager
def one_of(places: int, action: str) -> Iterator[None]:
    """Hold one of the `places` for `action` that all processes of this machine share. Raises Crowded, without waiting.

    A place is a locked file: when its holder is killed, the system frees it.
    """
    folder = settings.VAR_DIR / "places"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(places):
        with (folder / f"{action}-{number}").open("w") as place:
            if _is_mine(place):
                yield
                return
    raise Crowded


def _is_mine(place: IO[str]) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
