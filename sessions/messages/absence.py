"""That someone was absent, to her manager: by first name, with where the module can be made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.choices import CohortStatus
from common.clock import at, local_date
from messaging.choices import Topic
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from messaging.texts.text import Text
from participants.messages.enrolments import with_managers, words_about
from participants.messages.texts import MANAGER
from participants.models import Enrolment
from participants.placeholders import COHORT, FIRST_NAME, PROGRAMME
from sessions.choices import EARNING, Mark
from sessions.messages.recipients import keys_since
from sessions.models import Attendance, CohortSession
from sessions.placeholders import DATE, TITLE
from sessions.rules.days import working_day
from sessions.rules.plans import EIGHT

NAME = "attendance.absent"
MISSED = (Mark.ABSENT, Mark.EXCUSED)
KEPT = timedelta(days=7)
LATELY = timedelta(days=30)  # what was longer ago is nothing to follow up any more
SHOWN = 3  # sessions at which it can be made up
ONE_DAY = timedelta(days=1)


def materialise(now: datetime) -> Iterator[Draft]:
    """A message about each absence, the working morning after it was marked: by then a slip has been mended.

    Takes at most six queries. A manager who has been told isn't told again if absent becomes excused, and nobody is
    told of what has been made up, or what was before the person came to her employer.
    """
    absences = [absence for absence in _marked_lately(now) if _due(absence) <= now < _due(absence) + KEPT]
    if not absences:
        return
    queued, told = keys_since(NAME, now - KEPT), _told(absences)
    made_up = _earned(absence.participant_id for absence in absences)
    enrolments = _enrolments(absences)
    managers = {enrolment.pk: found for enrolment, found in with_managers(list(enrolments.values()))}
    for absence in absences:
        enrolment = enrolments.get((absence.participant_id, absence.session.cohort_id))
        if enrolment is None or (absence.participant_id, absence.session.module.identity) in made_up:
            continue
        if enrolment.employment.starts > absence.session.day:
            continue
        for manager in managers[enrolment.pk]:
            draft = _draft(absence, enrolment, to=manager)
            if draft.key not in queued and (str(absence.pk), draft.recipient) not in told:
                yield draft


def still_holds(message: Message, now: datetime) -> bool:
    """While the register says so, she works there, and the module isn't made up. A corrected mark is another one."""
    absence = Attendance.objects.valid().filter(pk=message.refs["attendance"], mark__in=MISSED)
    found = absence.select_related("session__module").first()
    hers = Enrolment.objects.filter(pk=message.refs["enrolment"], municipality=message.refs["municipality"])
    return (
        found is not None
        and _stamp(found) == message.refs["marked"]
        and hers.taking_part().exists()
        and (found.participant_id, found.session.module.identity) not in _earned([found.participant_id])
    )


def render(message: Message) -> Content:
    """Say which session, whether she had said so before, and at which sessions the module can be made up."""
    enrolment = Enrolment.objects.with_people().get(pk=message.refs["enrolment"])
    absence = Attendance.objects.select_related("session__module").get(pk=message.refs["attendance"])
    session = absence.session
    context = {
        "words": words_about(enrolment, message, title=session.module.title, date=local_date(session.starts)),
        "session": session,
        "excused": absence.mark == Mark.EXCUSED,
        "again": _again(session, now=message.due),
        "region": enrolment.cohort.region,
        "url": settings.BASE_URL + reverse("certificates:person", args=[enrolment.participant_id]),
    }
    return render_template("sessions/mail/absent", context, language=message.language)


def _draft(absence: Attendance, enrolment: Enrolment, *, to: User) -> Draft:
    return Draft.to(
        to,
        kind=NAME,
        key=f"absence:{absence.pk}:{_stamp(absence)}:{to.pk}",
        due=_due(absence),
        expires=KEPT,
        scope=enrolment.cohort.region.pk,
        attendance=absence.pk,
        marked=_stamp(absence),
        enrolment=enrolment.pk,
        municipality=enrolment.municipality_id,
    )


def _marked_lately(now: datetime) -> Any:
    return (
        Attendance.objects.valid()
        .filter(mark__in=MISSED, marked__gt=now - LATELY, session__ends__lte=now, session__ends__gt=now - LATELY)
        .exclude(session__cohort__status=CohortStatus.DRAFT)
        .filter(participant__merged_into=None)
        .select_related("session__module")
    )


def _due(absence: Attendance) -> datetime:
    """Eight o'clock on the next working day."""
    return at(working_day(local_date(absence.marked) + ONE_DAY), EIGHT)


def _stamp(absence: Attendance) -> str:
    """Tells one marking from a later one."""
    return f"{absence.marked.timestamp():.0f}"


def _enrolments(absences: Iterable[Attendance]) -> Mapping[tuple[UUID, UUID], Any]:
    """The enrolments of those who were absent, by participant and cohort, if they take part to this day."""
    absences = list(absences)
    found = Enrolment.objects.taking_part().filter(
        participant__in={absence.participant_id for absence in absences},
        cohort__in={absence.session.cohort_id for absence in absences},
    )
    return {(enrolment.participant_id, enrolment.cohort_id): enrolment for enrolment in found.with_people()}


def _told(absences: Iterable[Attendance]) -> set[tuple[str, str]]:
    """Attendance and receiver of the messages that have left, whatever the mark was then."""
    marks = [str(absence.pk) for absence in absences]
    left = Message.objects.filter(kind=NAME, refs__attendance__in=marks, handed_over__isnull=False)
    return set(left.values_list("refs__attendance", "recipient"))


def _earned(participants: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    """Participant and identity of the modules that they have attended."""
    attended = Attendance.objects.valid().filter(participant__in=set(participants), mark__in=EARNING)
    identity = Coalesce("session__module__origin", "session__module")
    return set(attended.values_list("participant", identity))


def _again(session: CohortSession, *, now: datetime) -> list[CohortSession]:
    """The next sessions of the same module in other cohorts."""
    coming = CohortSession.objects.upcoming(now=now).exclude(cohort=session.cohort_id)
    same = coming.annotate(identity=Coalesce(F("module__origin"), F("module"))).filter(
        identity=session.module.identity, cohort__status=CohortStatus.PUBLISHED
    )
    return list(same.select_related("cohort", "module", "venue").order_by("starts")[:SHOWN])


TEXT = Text(
    subject=_("{first_name} was absent from {title}"),
    body=_("Hello!\n\n{first_name} was absent from a session of {programme} on {date}.\n\n{facts}"),
    placeholders=(FIRST_NAME, COHORT, PROGRAMME, TITLE, DATE),
    to=MANAGER,
    when=_("The working morning after a participant was marked as absent or excused"),
    facts=_("whether she had said so, where the module can be made up, and a button to her page"),
)
ABSENT = Kind(
    name=NAME,
    render=render,
    still_holds=still_holds,
    materialise=materialise,
    daytime_only=True,
    title=pgettext_lazy("message", "Absence"),
    topic=Topic.PEOPLE,
    text=TEXT,
)
