"""What a coordinator has to do about SMS: there were more to send than her region allows for the month."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import ngettext

from accounts.choices import Role
from accounts.models import User
from common.clock import local_date
from messaging.models import SmsMonth
from reports.items import Item
from reports.rules.todo import Matter


def about_sms(user: User, *, now: datetime) -> Iterator[Item]:
    """One thing to do for each of her regions whose SMS of this month are used up, until the limit is raised."""
    regions = [role.region for role in user.roles if role.role == Role.COORDINATOR and role.region]
    limits = {region.pk: region.sms_parts_per_month for region in regions if region.sms_parts_per_month}
    if not limits:
        return
    today = local_date(now)
    for month in SmsMonth.objects.filter(scope__in=limits, month=today.replace(day=1), withheld__gt=0):
        if limits[month.scope] <= month.reached:
            text = ngettext(
                "%(number)d SMS of this month was not sent: %(spent)d of %(limit)d parts are used.",
                "%(number)d SMS of this month were not sent: %(spent)d of %(limit)d parts are used.",
                month.withheld,
            )
            words = {"number": month.withheld, "spent": month.parts, "limit": limits[month.scope]}
            yield Item(Matter.SMS, today, today, subject=text % words)
