"""That she need not come any more, to a participant who leaves her seat: withdrawn, replaced, or deferred."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from cohorts.choices import CohortStatus
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from messaging.texts.text import Example, Text
from participants.choices import LEFT, SEATED
from participants.messages.enrolments import words_about
from participants.messages.texts import examples_of
from participants.models import Enrolment, EnrolmentEvent
from participants.placeholders import COHORT, FIRST_NAME, PROGRAMME
from sessions.calendars.icalendar import called_off
from sessions.messages.recipients import times_left
from sessions.models import CohortSession

NAME = "withdrawal"
KEPT = timedelta(days=7)  # later than this she has heard of it


def materialise(now: datetime) -> Iterator[Draft]:
    """A message to everyone who lost her seat in the last days, not her place on a waiting list. Takes one query.

    The time in its key makes a second withdrawal another message.
    """
    for enrolment in _left(now):
        yield Draft.to(
            enrolment.participant,
            kind=NAME,
            key=f"{NAME}:{enrolment.pk}:{enrolment.left.timestamp():.0f}:{enrolment.participant_id}",
            due=enrolment.left,
            expires=KEPT,
            scope=enrolment.cohort.programme.region_id,
            enrolment=enrolment.pk,
        )


def still_holds(message: Message, now: datetime) -> bool:
    """Not if she has been enrolled again since."""
    return Enrolment.objects.filter(pk=message.refs["enrolment"], status__in=LEFT).exists()


def render(message: Message) -> Content:
    """Say that she isn't enrolled any more, with the sessions ahead as calendar files that call them off."""
    enrolment = Enrolment.objects.with_people().get(pk=message.refs["enrolment"])
    ahead = CohortSession.objects.with_facts().upcoming(now=message.due)
    sessions = list(ahead.filter(cohort=enrolment.cohort_id, cohort__status=CohortStatus.PUBLISHED))
    left = times_left(sessions, enrolment.participant)
    files = called_off(sessions, now=message.due, recipient=message.recipient, left=left)
    context = {
        "words": words_about(enrolment, message),
        "enrolment": enrolment,
        "region": enrolment.cohort.region,
        "files": len(files),
    }
    return render_template("sessions/mail/withdrawal", context, language=message.language, attachments=files)


def _left(now: datetime) -> QuerySet[Any]:
    """Enrolments that lost their seat lately, with `left`, when: by the last two steps of their history.

    Not what is left with the record of someone who was registered twice: her seat in the cohort she has once still.
    """
    steps = EnrolmentEvent.objects.filter(enrolment=OuterRef("pk")).exclude(status="").order_by("-at", "-created")
    return (
        Enrolment.objects.filter(status__in=LEFT, participant__merged_into=None)
        .annotate(left=Subquery(steps.values("at")[:1]), before=Subquery(steps.values("status")[1:2]))
        .filter(left__gt=now - KEPT, left__lte=now, before__in=SEATED)
        .select_related("participant__user", "cohort__programme")
    )


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    return examples_of(Enrolment.objects.filter(cohort__programme__region=region, status__in=LEFT))


TEXT = Text(
    subject=_("You are no longer enrolled in {cohort}"),
    body=_("Hello {first_name}!\n\n{facts}"),
    placeholders=(FIRST_NAME, COHORT, PROGRAMME),
    to=_("The participant"),
    when=_("When she loses her seat: withdrawn, replaced or deferred"),
    facts=_("that she need not come any more, that what she has attended counts, and calendar files"),
    examples=_examples,
)
WITHDRAWAL = Kind(
    name=NAME,
    render=render,
    still_holds=still_holds,
    materialise=materialise,
    resends=True,  # or she would come in vain
    title=_("No longer enrolled"),
    text=TEXT,
)
