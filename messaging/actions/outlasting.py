"""Writing down what nobody else knows, although the database is away for a moment."""

import logging
from collections.abc import Callable
from functools import wraps
from time import monotonic, sleep
from typing import ParamSpec

from django.db import InterfaceError, OperationalError, connection

A_RESTART = 30  # seconds: longer than PostgreSQL takes to start again
BETWEEN_TRIES = 0.5  # seconds
Parameters = ParamSpec("Parameters")
logger = logging.getLogger(__name__)


def outlasting_a_restart(action: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Let `action` try again for half a minute while the database is away; then raise what the last try raised.

    It must be one transaction of its own, and compare before it sets: of a commit whose answer got lost nobody knows
    whether it holds, and others may have gone on meanwhile.
    """

    @wraps(action)
    def patiently(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        deadline = monotonic() + A_RESTART
        while True:
            try:
                return action(*args, **kwargs)
            except (InterfaceError, OperationalError) as error:
                if monotonic() > deadline:
                    raise
                logger.warning("%s is tried again: %s", action.__name__, error)
            connection.close()  # the next try opens another
            sleep(BETWEEN_TRIES)

    return patiently
