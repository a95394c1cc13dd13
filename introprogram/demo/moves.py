"""Changes in the lives of those who take part: one has a substitute, one is deferred, one has another employer."""

from datetime import date, datetime, timedelta

from accounts.models import User
from cohorts.models import Cohort
from common.clock import local_date
from participants.actions import defer, substitute, transfer
from participants.actions.transfer import Workplace
from participants.choices import EnrolmentStatus
from participants.details import PersonDetails
from participants.models import Enrolment
from participants.querysets import EnrolmentQuerySet
from regions.models import Municipality

KNOWN = "Påhittsson"  # the participant of the log-in page stays where she is


def replace_one(cohort: Cohort, *, by: User, now: datetime) -> None:
    """Someone else takes over the last seat that a manager's unit has got in a cohort that hasn't begun."""
    leaving = _enrolled(cohort).filter(municipality__in=by.managed_municipality_ids).last()
    if leaving is None:
        return
    person = PersonDetails(
        first_name="Ebba",
        last_name="Ersättarsson",
        email="ebba.ersattarsson@example.org",
        municipality=leaving.municipality,
        unit=leaving.employment.unit,
        title=leaving.employment.title,
        employed_from=local_date(now) - timedelta(days=40),
    )
    substitute(enrolment=leaving, person=person, by=by, now=now, reason="Byter till en annan enhet.")


def defer_and_move_one(cohort: Cohort, *, manager: User, by: User, now: datetime) -> None:
    """In a cohort under way: one waits for a later cohort, and one of `manager`'s has moved to another municipality."""
    away = _enrolled(cohort).exclude(municipality__in=manager.managed_municipality_ids).first()
    if away:
        defer(enrolment=away, by=by, now=now, reason="Ledig till hösten.")
    moving = (
        _enrolled(cohort)
        .filter(municipality__in=manager.managed_municipality_ids)
        .exclude(participant__last_name=KNOWN)
    )
    if one := moving.last():
        other = Municipality.objects.filter(region=cohort.region).exclude(pk=one.municipality_id).order_by("name")[0]
        to = Workplace(other, "Unga vuxna", "Socialsekreterare", _monday(now))
        transfer(participant=one.participant, to=to, by=by, now=now, beyond=True, reason="Fullföljer sin utbildning.")


def _enrolled(cohort: Cohort) -> EnrolmentQuerySet:
    return Enrolment.objects.filter(cohort=cohort, status=EnrolmentStatus.ENROLLED).with_people().in_order_of_name()


def _monday(now: datetime) -> date:
    """The first day of the week."""
    today = local_date(now)
    return today - timedelta(days=today.weekday())
