"""What is sent about the sessions of the demo's programmes."""

from dataclasses import replace
from datetime import datetime

from accounts.models import User
from cohorts.actions import ProgrammeDetails, change_programme
from cohorts.models import Programme
from sessions.actions import add_step, own_plan
from sessions.choices import StepKind, Unit
from sessions.rules.plans import EIGHT, Timing

SURVEY = "https://example.org/kursvardering"


def plan_messages(programme: Programme, *, by: User, now: datetime) -> None:
    """Besides the standard's reminders, what to prepare a week before, and an evaluation in the afternoon."""
    details = ProgrammeDetails.of(programme)
    change_programme(
        programme=programme, details=replace(details, evaluation_url=SURVEY), seen=details.fingerprint, by=by, now=now
    )
    plan = own_plan(owner=programme, by=by, now=now)
    for timing in (
        Timing(StepKind.PREPARATION, 7, Unit.DAYS, EIGHT),
        Timing(StepKind.EVALUATION, 1, Unit.HOURS, None),
    ):
        add_step(plan=plan, timing=timing, by=by, now=now)
