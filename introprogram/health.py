"""Whether the portal can work: what a load balancer asks every few seconds."""

import logging

from celery import current_app
from django.db import Error, connection

logger = logging.getLogger(__name__)

PATIENCE = 1  # second for the broker; for a new connection to the database it is in the settings


def state() -> dict[str, str]:
    """Return "ok" or "unavailable" for the database and for the broker. Why is logged and told to nobody."""
    return {"database": _database(), "broker": _broker()}


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
