"""Saying that two people are two, however much alike they look."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from participants.exceptions import EnrolmentRefused
from participants.models import DifferentPeople, Participant


@transaction.atomic
def tell_apart(*, one: Participant, other: Participant, by: User, now: datetime) -> None:
    """Remember that the two are different people, so that they aren't shown as possible duplicates again.

    For coordinators of the region only. Saying it twice does nothing the second time. Raises EnrolmentRefused.
    """
    if {one.region_id, other.region_id} - by.coordinated_region_ids or one == other:
        raise EnrolmentRefused(_("Only the region's coordinator can say that two people are two."))
    first, second = sorted([one, other], key=lambda person: person.pk)
    _row, new = DifferentPeople.objects.get_or_create(one=first, other=second, defaults={"at": now, "by": by})
    if new:
        record("participant.told_apart", first, by=by, now=now, scope=first.region_id, after={"other": second.pk})
