"""Throwing away a draft."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from common.locking import lock
from participants.models import Enrolment
from sessions.actions.scope import require_coordinator
from sessions.exceptions import PlanningRefused
from sessions.materials.files import remove_unused_on_commit
from sessions.models import CohortSession, Material
from sessions.rules.changing import refusal_to_discard


@transaction.atomic
def discard_cohort(*, cohort: Cohort, by: User, now: datetime) -> None:
    """Delete a draft with its sessions, their material and the seats kept in it; the log keeps its name.

    Raises PlanningRefused if it is published, or if anyone was ever enrolled in it.
    """
    cohort = lock(cohort)
    require_coordinator(by, cohort.programme.region_id)
    refusal = refusal_to_discard(
        draft=cohort.status == CohortStatus.DRAFT, enrolled=Enrolment.objects.filter(cohort=cohort).exists()
    )
    if refusal:
        raise PlanningRefused(refusal)
    record(
        "cohort.discarded",
        cohort,
        by=by,
        now=now,
        scope=cohort.programme.region_id,
        before={"name": cohort.name, "sessions": CohortSession.objects.filter(cohort=cohort).count()},
    )
    remove_unused_on_commit(Material.objects.filter(session__cohort=cohort).values_list("file", flat=True))
    cohort.delete()
