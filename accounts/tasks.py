"""What beat starts."""

from celery import shared_task
from django.utils import timezone

from accounts import actions


@shared_task
def forget_codes() -> None:
    """Forget which codes were sent to which numbers, as soon as that is counted no more."""
    actions.forget_codes(now=timezone.now())
