"""Someone of the demo region who has been registered once more, under another spelling and address."""

from datetime import datetime

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from participants.actions.register import register
from participants.assessment import Record
from participants.details import PersonDetails
from participants.models import Participant

PLAIN = str.maketrans("åäöÅÄÖé-", "aaoAAOe ")


def register_once_more(cohort: Cohort, *, by: User, now: datetime) -> None:
    """One of the cohort's people whose name is easily misspelt, by somebody who didn't find her."""
    people = Participant.objects.filter(enrolments__cohort=cohort).order_by("last_name", "first_name")
    known = next((one for one in people if one.full_name.translate(PLAIN) != one.full_name), None)
    if known:
        employment = known.employments.get()
        again = PersonDetails(
            first_name=known.first_name.translate(PLAIN),
            last_name=known.last_name.translate(PLAIN),
            email=f"ny.{known.email}",
            municipality=employment.municipality,
            unit=employment.unit,
            title=employment.title,
            employed_from=local_date(now),
        )
        register(again, Record(), region=known.region, by=by, now=now)
