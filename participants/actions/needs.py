"""What people need: stated, and forgotten in time."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from common.locking import lock
from participants.exceptions import EnrolmentRefused
from participants.models import Enrolment, Need
from participants.rules.enrolment import refusal_to_state_needs
from participants.rules.needs import KEPT


@transaction.atomic
def state_needs(*, enrolments: Iterable[Enrolment], kinds: Iterable[str], by: User, now: datetime) -> None:
    """Let what somebody needs in all these `enrolments` of hers be exactly `kinds`, values of Diet and Access.

    For herself alone. Raises EnrolmentRefused if one is another's or has ended meanwhile.
    """
    for enrolment in sorted(enrolments, key=lambda enrolment: enrolment.pk):
        locked = lock(enrolment)
        if refusal := refusal_to_state_needs(locked.status, is_her_own=locked.participant.user_id == by.pk):
            raise EnrolmentRefused(refusal)
        store_needs(locked, kinds, by=by, now=now)


def store_needs(enrolment: Enrolment, kinds: Iterable[str], *, by: User, now: datetime) -> None:
    """Keep exactly `kinds` for an `enrolment` that this transaction has made or locked.

    The log says that needs were stated, not which.
    """
    kinds = set(kinds)
    stated = set(enrolment.needs.values_list("kind", flat=True))
    if stated == kinds:
        return
    enrolment.needs.exclude(kind__in=kinds).delete()
    Need.objects.bulk_create(Need(enrolment=enrolment, kind=kind) for kind in sorted(kinds - stated))
    record("needs.stated", enrolment, by=by, now=now, scope=enrolment.cohort.region.pk)


@transaction.atomic
def purge_needs(*, now: datetime) -> int:
    """Forget needs a week after the cohort's last session, or after the enrolment ended; return how many.

    The log tells of which cohort, and how many; not whose.
    """
    over = Enrolment.objects.over(before=now - KEPT)
    needs = Need.objects.filter(enrolment__in=over).select_related("enrolment__cohort__programme")
    purged = list(needs.select_for_update(of=("self",)))
    cohorts = {need.enrolment.cohort_id: need.enrolment.cohort for need in purged}
    for pk, count in Counter(need.enrolment.cohort_id for need in purged).items():
        cohort = cohorts[pk]
        record("needs.purged", cohort, by=None, now=now, scope=cohort.region.pk, after={"needs": count})
    Need.objects.filter(pk__in=[need.pk for need in purged]).delete()
    return len(purged)
