"""A session of the demo region that was moved lately, as its page and its history tell."""

from datetime import datetime, timedelta

from accounts.models import User
from cohorts.models import Cohort
from sessions.actions import change_several
from sessions.changing import several
from sessions.models import CohortSession


def move_the_last_session(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Two days ago, to the next day on which everyone and everything needed was free."""
    last = CohortSession.objects.with_details().filter(cohort=cohort).order_by("-starts")[:1]
    change_several(
        alterations=several.on_free_days(list(last)).alterations,
        sentence="Lokalen är upptagen av en konferens den dagen.",
        by=by,
        now=now - timedelta(days=2),
    )
