"""Whether the portal can work: what a load balancer asks every few seconds."""

import logging

from celery import current_app
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from certificates import sealing

logger = logging.getLogger(__name__)

PATIENCE = 1  # second for the broker; for a new connection to the database it is in the settings


# Without these nothing works; a seal that can't be made holds up certificates only, and no balancer can help it.
NEEDED = ("database", "broker")


def state() -> dict[str, str]:
    """Return "ok" or "unavailable" for the database, the broker and, if any are configured, the seals of certificates.

    Why is logged and told to nobody.
    """
    found = {"database": _database(), "broker": _broker()}
    return found | {"seals": _seals()} if settings.SEAL_REGIONS else found


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        logger.exception("the database does not answer")
        return "unavailable"
    return "ok"


def _broker() -> str:
    try:
        with current_app.connection_for_write(connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, timeout=PATIENCE)
    except Exception:
        logger.exception("the broker does not answer")
        return "unavailable"
    return "ok"


def _seals() -> str:
    problems = list(sealing.problems(now=timezone.now()))
    for problem in problems:
        logger.error(problem)
    return "unavailable" if problems else "ok"
