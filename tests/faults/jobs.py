"""What processes of the portal do, once, until nothing is left."""

from datetime import timedelta

from django.utils import timezone

from certificates.tasks import render_pending
from messaging import actions
from participants.tasks import carry_out_imports

__all__ = ["carry_out_imports", "render_pending", "send"]


def send() -> None:
    """As `manage.py dispatch`."""
    while actions.dispatch(clock=timezone.now, limit=timedelta(minutes=10)):
        pass
