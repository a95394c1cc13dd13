"""A participant's own page: what comes next, and how far she has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.permissions import Permission, requires
from certificates.overview import Row, rows_for
from participants.models import Enrolment
from sessions.attendance.ledger import Step
from sessions.choices import Mark, StepState
from sessions.models import CohortSession

STEP_CLASSES = {StepState.EARNED: "done", StepState.MISSED: "missed"}
STEP_TONES = {StepState.EARNED: "ok", StepState.MISSED: "error", StepState.UNMARKED: "neutral"}


@dataclass(frozen=True)
class StepLine:
    """One module as the list of steps shows it."""

    title: str
    text: str
    url: str
    state: str
    tone: str
    status: str | Promise


@dataclass(frozen=True)
class Programme:
    """One of her enrolments with its lines; `goes_on` while a session is still to come."""

    row: Row
    steps: list[StepLine]
    goes_on: bool


@requires(Permission.TAKE_PART)
@require_safe
def my_programme(request: AuthenticatedRequest) -> HttpResponse:
    """The next session first, then every programme with its steps and its certificate."""
    now = timezone.now()
    enrolments = Enrolment.objects.visible_to(request.user).filter(participant__user=request.user)
    enrolments = enrolments.with_people().select_related("programme").order_by("-applied")
    rows = rows_for(enrolments, user=request.user, now=now)
    following = _next_session(rows, now=now)
    context = {
        "next": following,
        "days": (timezone.localdate(following.starts) - timezone.localdate(now)).days if following else None,
        "programmes": [
            Programme(
                row,
                steps=[_line(step, following, opens=row.takes_part) for step in row.standing.steps],
                goes_on=_next_session([row], now=now) is not None,
            )
            for row in rows
        ],
    }
    return render(request, "certificates/my_programme.html", context)


def _next_session(rows: Iterable[Row], *, now: datetime) -> CohortSession | None:
    """The first session that has not ended, in any cohort in which she takes part."""
    sessions = (step.session for row in rows if row.takes_part for step in row.standing.steps if step.session)
    return min(
        (session for session in sessions if session.ends > now), key=lambda session: session.starts, default=None
    )


def _line(step: Step, following: CohortSession | None, *, opens: bool) -> StepLine:
    """`opens`: she takes part, which it takes to open the page of a session."""
    session = step.session
    is_next = session is not None and session == following
    return StepLine(
        title=step.module.title,
        text=_where_and_when(step),
        url=reverse("sessions:session", args=[session.pk]) if session and opens else "",
        state="now" if is_next and step.state == StepState.AHEAD else STEP_CLASSES.get(step.state, ""),
        tone="information" if is_next else STEP_TONES.get(step.state, "neutral"),
        status=_status(step, is_next=is_next),
    )


def _where_and_when(step: Step) -> str:
    if step.earned_elsewhere and step.earned_on:
        return _("%(date)s, in another cohort") % {"date": date_format(step.earned_on, "DATE_FORMAT")}
    if step.session is None:
        return _("No date yet")
    place = step.session.venue.town if step.session.venue else _("Online")
    return f"{date_format(timezone.localtime(step.session.starts), 'DATE_FORMAT')} · {place}"


def _status(step: Step, *, is_next: bool) -> str | Promise:
    if step.state == StepState.AHEAD:
        return _("Next") if is_next else ""
    if step.state == StepState.EARNED and step.mark == Mark.PARTIAL:
        return Mark.PARTIAL.label
    if step.state == StepState.MISSED and step.mark:
        return step.mark.label
    return "" if step.state == StepState.UNPLANNED else step.state.label
