"""The welcome to a cohort: all its dates, to those who have been given a seat."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from messaging.choices import State
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from messaging.rendering import render as render_template
from messaging.texts.text import Example, Text
from messaging.texts.words import words
from participants.models import Enrolment
from participants.placeholders import COHORT, FIRST_NAME, PROGRAMME
from sessions.calendars.icalendar import attachment
from sessions.messages.recipients import keys_since, taking_part, times_left
from sessions.models import CohortSession

NAME = "welcome"
SOME = 20  # examples for a coordinator who words it anew
KEPT = timedelta(days=7)  # later than this a welcome only puzzles


def materialise(now: datetime) -> Iterator[Draft]:
    """A welcome to everyone who got a seat, or whose cohort was published, in the last days. Takes two queries.

    Its key holds the step in the enrolment's history: who withdraws and comes back is welcomed again.
    """
    enrolments = list(taking_part().filter(_owed(now)))
    queued = keys_since(NAME, now - KEPT) if enrolments else set()
    for enrolment in enrolments:
        if _key(enrolment) not in queued:
            yield draft_to(enrolment)


def draft_to(enrolment: Any) -> Draft:
    """The welcome to one of `taking_part`, due when she got her seat or her cohort was published."""
    due = max(enrolment.enrolled, enrolment.cohort.published or enrolment.enrolled)
    return Draft.to(
        enrolment.participant,
        kind=NAME,
        key=_key(enrolment),
        due=due,
        expires=KEPT,
        scope=enrolment.cohort.programme.region_id,
        enrolment=enrolment.pk,
        event=enrolment.enrolled_event,
        cohort=enrolment.cohort_id,
    )


def seated_in(cohorts: Iterable[UUID], *, now: datetime) -> list[Any]:
    """Enrolments that take part in `cohorts`, in the order of their keys. Takes two queries.

    Each with `unwelcomed`: whether its welcome hasn't left, and will say what the dates are by then.
    """
    cohorts = list(cohorts)
    owed = Case(When(_owed(now), then=True), default=False)
    enrolments = list(taking_part().filter(cohort__in=cohorts).annotate(owed=owed).order_by("pk"))
    welcomes = list(_welcomes_to(cohorts).values_list("key", "state", "refs__enrolment"))
    written = {key for key, _, _ in welcomes}
    waiting = {enrolment for _, state, enrolment in welcomes if state == State.QUEUED}
    for enrolment in enrolments:
        to_be_written = enrolment.owed and _key(enrolment) not in written
        enrolment.unwelcomed = to_be_written or str(enrolment.pk) in waiting
    return enrolments


def waiting_in(cohorts: Iterable[UUID]) -> MessageQuerySet:
    """Welcomes to `cohorts` that nobody has begun to send."""
    return _welcomes_to(cohorts).filter(state=State.QUEUED)


def still_holds(message: Message, now: datetime) -> bool:
    """Not if she has lost the seat since, or nothing is left to come to."""
    enrolled = taking_part().filter(pk=message.refs["enrolment"], enrolled_event=message.refs["event"])
    return enrolled.exists() and CohortSession.objects.upcoming(now=now).filter(cohort=message.refs["cohort"]).exists()


def render(message: Message) -> Content:
    """Say welcome and list the dates ahead, with the sessions as a calendar file."""
    enrolment = Enrolment.objects.select_related("participant", "cohort__programme__region").get(
        pk=message.refs["enrolment"]
    )
    sessions = list(CohortSession.objects.with_facts().upcoming(now=message.due).filter(cohort=enrolment.cohort_id))
    left = times_left(sessions, enrolment.participant)
    return render_template(
        "sessions/mail/welcome",
        {
            "words": words(
                message,
                first_name=enrolment.participant.first_name,
                cohort=enrolment.cohort.name,
                programme=enrolment.cohort.programme.title,
            ),
            "sessions": sessions,
            "region": enrolment.cohort.programme.region,
            "url": settings.BASE_URL + reverse("home"),
        },
        language=message.language,
        attachments=[attachment(sessions, now=message.due, left=left)],
    )


def _owed(now: datetime) -> Q:
    """Of `taking_part`, those who are to be welcomed: they, or their whole cohort, came lately, to something ahead."""
    ahead = CohortSession.objects.upcoming(now=now).filter(cohort=OuterRef("cohort"))
    lately = Q(enrolled__gt=now - KEPT) | Q(cohort__published__gt=now - KEPT)
    return Q(lately, Exists(ahead), enrolled__lte=now, enrolled_event__isnull=False)


def _welcomes_to(cohorts: Iterable[UUID]) -> MessageQuerySet:
    return Message.objects.filter(kind=NAME, refs__cohort__in=[str(pk) for pk in cohorts])


def _key(enrolment: Any) -> str:
    return f"welcome:{enrolment.pk}:{enrolment.enrolled_event}"


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    for enrolment in taking_part().filter(cohort__programme__region=region).order_by("-enrolled")[:SOME]:
        yield Example(
            f"{enrolment.participant} · {enrolment.cohort.name}",
            enrolment.participant.email,
            {"enrolment": enrolment.pk, "event": enrolment.enrolled_event, "cohort": enrolment.cohort_id},
        )


TEXT = Text(
    subject=_("Welcome to {programme}"),
    body=_(
        "Hello {first_name}!\n\nYou have a seat in {programme}. These are your sessions:\n\n{facts}\n\n"
        "Log in to the portal with this e-mail address: you get a code by e-mail and need no password.\n\n"
        "All sessions are attached as a calendar file. You are reminded before each of them."
    ),
    placeholders=(FIRST_NAME, COHORT, PROGRAMME),
    to=_("The participant"),
    when=_("When she gets a seat in a cohort that is published"),
    facts=_("all sessions with time and place, and a button to the portal"),
    examples=_examples,
)
WELCOME = Kind(
    name=NAME,
    render=render,
    still_holds=still_holds,
    materialise=materialise,
    title=_("Welcome to the cohort"),
    text=TEXT,
)
