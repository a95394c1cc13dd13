"""What processes of the portal do, once, until nothing is left."""

from datetime import time, timedelta

from django.utils import timezone

from certificates.tasks import render_pending
from common.clock import at
from messaging import actions
from participants.tasks import carry_out_imports

__all__ = ["carry_out_imports", "render_pending", "send", "send_at_noon"]


def send() -> None:
    """As `manage.py dispatch`."""
    while actions.dispatch(clock=timezone.now, limit=timedelta(minutes=10)):
        pass


def send_at_noon() -> None:
    """As `send`, at a time of day at which SMS are sent."""
    noon = at(timezone.localdate(), time(12))
    actions.dispatch(clock=lambda: noon, limit=timedelta(minutes=1))
