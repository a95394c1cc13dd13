"""A cohort that is still being planned beside the open one, with what is left to solve in such a plan."""

from datetime import datetime, timedelta

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from sessions.actions import CohortDetails, PlannedSession, plan_cohort
from sessions.models import Lecturer, Venue
from sessions.rules.planning import suggested_name

# By the number of the session, counted from nought, what is wrong with it.
SAME_LECTURER, SAME_VENUE, NO_LECTURER = 3, 4, 5


def draft_beside(cohort: Cohort, *, venues: list[Venue], lecturers: list[Lecturer], by: User, now: datetime) -> Cohort:
    """A draft on the same days as `cohort`: a lecturer and a venue are booked twice, and one lecturer is missing."""
    programme = cohort.programme
    sessions = []
    for number, beside in enumerate(cohort.sessions.select_related("module", "venue").prefetch_related("lecturers")):
        taken = list(beside.lecturers.all())
        others = [lecturer for lecturer in lecturers if lecturer not in taken]
        rooms = [venue for venue in venues if venue != beside.venue]
        teaching = taken if number == SAME_LECTURER else [others[number % len(others)]]
        sessions.append(
            PlannedSession(
                module=beside.module,
                starts=beside.starts,
                ends=beside.ends,
                venue=beside.venue if number == SAME_VENUE else rooms[number % len(rooms)],
                lecturers=[] if number == NO_LECTURER else teaching,
            )
        )
    details = CohortDetails(
        name=suggested_name(local_date(sessions[0].starts), set(programme.cohorts.values_list("name", flat=True))),
        capacity=cohort.capacity,
        applications_open=cohort.applications_open + timedelta(days=21),
        applications_close=cohort.applications_close,
    )
    return plan_cohort(programme=programme, details=details, sessions=sessions, by=by, now=now)
