"""Publishing a cohort: from now on managers may enrol and its people are welcomed and reminded."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from common.locking import lock
from messaging.actions import materialise_soon
from sessions.actions.scope import require_coordinator
from sessions.exceptions import PlanningRefused
from sessions.models import CohortSession
from sessions.rules.changing import refusal_to_publish


@transaction.atomic
def publish_cohort(*, cohort: Cohort, by: User, now: datetime) -> Cohort:
    """Make a draft public in its region.

    Raises PlanningRefused if it isn't a draft, if a module has no session, or if dates are past or in disorder.
    """
    cohort = lock(cohort)
    require_coordinator(by, cohort.programme.region_id)
    if cohort.status != CohortStatus.DRAFT:
        raise PlanningRefused(_("The cohort is already published."))
    planned = CohortSession.objects.filter(cohort=cohort).held_or_planned().order_by("module__number", "starts")
    refusal = refusal_to_publish(
        modules=cohort.modules.count(),
        sessions=list(planned.values_list("starts", flat=True)),
        applications_close=cohort.applications_close,
        now=now,
    )
    if refusal:
        raise PlanningRefused(refusal)
    cohort.status = CohortStatus.PUBLISHED
    cohort.published = now
    cohort.save(update_fields=["status", "published"])
    record(
        "cohort.published",
        cohort,
        by=by,
        now=now,
        scope=cohort.programme.region_id,
        before={"status": CohortStatus.DRAFT},
        after={"status": CohortStatus.PUBLISHED},
    )
    materialise_soon()  # whoever is enrolled already is welcomed at once
    return cohort
