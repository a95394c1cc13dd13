"""What SMS cost a region: charged when they are handed over, given back if they surely haven't arrived."""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from messaging.limits import sms_limit
from messaging.models import Message, SmsMonth
from messaging.rules import refusal_of_sms


def spend(*, message: Message, parts: int, now: datetime) -> str | None:
    """Charge the message's region for `parts`, or say why it can't be. Belongs in the transaction of the handover.

    Whoever charges has the month's row locked until she commits, so that workers together never exceed the limit.
    """
    limit = sms_limit(message.scope)
    if message.scope is None or not limit:
        return refusal_of_sms(parts=parts, spent=0, limit=0)
    first = timezone.localdate(now).replace(day=1)
    SmsMonth.objects.bulk_create([SmsMonth(scope=message.scope, month=first)], ignore_conflicts=True)
    month = SmsMonth.objects.filter(scope=message.scope, month=first)
    spent = month.select_for_update().get().parts
    if refusal := refusal_of_sms(parts=parts, spent=spent, limit=limit):
        month.update(withheld=F("withheld") + 1, reached=limit)
        return refusal
    month.update(parts=spent + parts)
    message.parts = parts
    Message.objects.filter(pk=message.pk).update(parts=parts)
    return None


def give_back(*, message: Message) -> None:
    """Undo the charge of the last handover of the locked `message`, if there was one."""
    if message.parts and message.scope and message.handed_over:
        month = SmsMonth.objects.at(message.handed_over).filter(scope=message.scope)
        month.update(parts=F("parts") - message.parts)
        Message.objects.filter(pk=message.pk).update(parts=0)
