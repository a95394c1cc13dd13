"""An enrolment that the demo's manager has begun, and what the people of a cohort need."""

from datetime import datetime, time, timedelta

from accounts.models import User
from cohorts.models import Cohort
from common.clock import at, local_date
from participants.actions import save_draft, state_needs
from participants.choices import Access, Diet
from participants.models import Enrolment, EnrolmentDraft

# What the fifth person states, the tenth, and so on.
STATED: dict[int, list[str]] = {
    5: [Diet.VEGETARIAN],
    7: [Diet.GLUTEN],
    11: [Diet.VEGAN, Diet.NUTS],
    13: [Access.HEARING_LOOP],
}


def begin_an_enrolment(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Yesterday afternoon; then the telephone rang."""
    save_draft(
        draft=EnrolmentDraft(owner=by),
        answers={"first_name": "Anna", "last_name": "Nyanställd-Exempel", "email": "anna.nyanstalld@example.org"},
        cohort=cohort,
        by=by,
        now=at(local_date(now) - timedelta(days=1), time(14, 10)),
    )


def state_what_is_needed(cohort: Cohort, *, now: datetime) -> None:
    """As participants do themselves, some weeks after they were enrolled."""
    enrolments = Enrolment.objects.filter(cohort=cohort).active().exclude(participant__user=None)
    for number, enrolment in enumerate(
        enrolments.select_related("participant__user").order_by("participant__email"), start=1
    ):
        kinds = [kind for step, some in STATED.items() if number % step == 0 for kind in some]
        if kinds and enrolment.participant.user:
            state_needs(enrolments=[enrolment], kinds=kinds, by=enrolment.participant.user, now=now)
