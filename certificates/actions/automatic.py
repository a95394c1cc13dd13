"""Certificates that the portal issues by itself: whether a programme's are, and issuing what is due."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from audit.actions import record
from certificates.actions.issue import issue_automatically
from cohorts.actions.editing import locked
from cohorts.choices import CohortStatus
from cohorts.models import Cohort, Programme
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from sessions.models import CohortSession

logger = logging.getLogger(__name__)


@transaction.atomic
def set_automatic(*, programme: Programme, automatic: bool, by: User, now: datetime) -> Programme:
    """Let the portal issue the certificates of a programme by itself, or no longer.

    For all its cohorts, also those that are over; what is issued stays so. Saving what is already so changes nothing.
    Raises ProgrammeRefused if `by` doesn't coordinate the region.
    """
    programme = locked(programme, by=by)
    if programme.issues_by_itself == automatic:
        return programme
    programme.issues_by_itself = automatic
    programme.save(update_fields=["issues_by_itself"])
    record(
        "programme.automatic_certificates_changed",
        programme,
        by=by,
        now=now,
        scope=programme.region_id,
        before={"issues_by_itself": not automatic},
        after={"issues_by_itself": automatic},
    )
    return programme


def issue_what_is_due(*, now: datetime) -> None:
    """Issue in every cohort that is over and whose programme is set so. Safe at any time, and twice at once.

    A cohort that fails is logged and keeps no other from its certificates.
    """
    for cohort in _cohorts_that_are_over(now=now):
        try:
            issued = issue_automatically(cohort=cohort, now=now)
        except Exception:
            logger.exception("the certificates of cohort %s could not be issued", cohort.pk)
        else:
            if issued:
                logger.info("issued %s certificates in cohort %s", len(issued), cohort.pk)


def _cohorts_that_are_over(*, now: datetime) -> list[Cohort]:
    """Those with somebody who has not completed and no session to come."""
    enrolled = Enrolment.objects.filter(cohort=OuterRef("pk"), status=EnrolmentStatus.ENROLLED)
    ahead = CohortSession.objects.held_or_planned().filter(cohort=OuterRef("pk"), ends__gt=now)
    published = Cohort.objects.filter(programme__issues_by_itself=True, status=CohortStatus.PUBLISHED)
    return list(published.filter(Exists(enrolled), ~Exists(ahead)).select_related("programme__region").order_by("pk"))
