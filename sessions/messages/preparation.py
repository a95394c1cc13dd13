"""What to prepare for a session: the module's text and the material, as long before as the plan of its cohort says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.clock import local_date
from messaging.choices import Topic
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from messaging.texts.text import Example, Text
from messaging.texts.words import words
from participants.models import Enrolment
from participants.placeholders import COHORT, FIRST_NAME, PROGRAMME
from sessions.calendars.icalendar import page_url
from sessions.choices import StepKind
from sessions.messages.planned import Planned, before_sessions, examples_of, participants_of
from sessions.messages.recipients import keys_since, still_comes
from sessions.models import CohortSession, Material
from sessions.placeholders import DATE, TITLE
from sessions.rules.plans import KEPT

NAME = "session.preparation"


def materialise(now: datetime) -> Iterator[Draft]:
    """A notice to who took part by then, where there is something to prepare. Takes at most seven queries.

    Who has got it isn't told again when the session is moved: what is to be prepared is the same.
    """
    notices = before_sessions(StepKind.PREPARATION, now=now)
    if not notices:
        return
    prepared = _with_something_to_prepare(notices, now=now)
    queued = keys_since(NAME, now - KEPT[StepKind.PREPARATION])
    left = _left(prepared)
    enrolments = participants_of(prepared)
    for item in prepared:
        for enrolment in enrolments[item.session.cohort_id]:
            draft = _draft(item, enrolment)
            told = (str(item.session.pk), str(enrolment.pk)) in left
            if enrolment.enrolled <= item.due and draft.key not in queued and not told:
                yield draft


def render(message: Message) -> Content:
    """The module's text, and what has been handed out by then."""
    session = CohortSession.objects.with_facts().get(pk=message.refs["session"])
    enrolment = Enrolment.objects.select_related("participant").get(pk=message.refs["enrolment"])
    context = {
        "words": words(
            message,
            first_name=enrolment.participant.first_name,
            cohort=session.cohort.name,
            programme=session.cohort.programme.title,
            title=session.module.title,
            date=local_date(session.starts),
        ),
        "session": session,
        "material": _handed_out([session.pk], now=message.due),
        "region": session.cohort.programme.region,
        "url": page_url(session),
    }
    return render_template("sessions/mail/preparation", context, language=message.language)


def _draft(item: Planned, enrolment: Enrolment) -> Draft:
    session = item.session
    return Draft.to(
        enrolment.participant,
        kind=NAME,
        key=f"preparation:{item.timing.distance}:{session.pk}:r{session.revision}:{enrolment.pk}",
        due=item.due,
        expires=item.expires,
        scope=session.cohort.programme.region_id,
        session=session.pk,
        revision=session.revision,
        enrolment=enrolment.pk,
    )


def _with_something_to_prepare(notices: list[Planned], *, now: datetime) -> list[Planned]:
    material = _handed_out([item.session.pk for item in notices], now=now)
    return [
        item
        for item in notices
        if item.session.module.preparation or any(one.goes_with(item.session) for one in material)
    ]


def _handed_out(sessions: list[UUID], *, now: datetime) -> list[Any]:
    """What those who take part in `sessions` see by `now`."""
    found = Material.objects.of_sessions(CohortSession.objects.filter(pk__in=sessions)).select_related("module")
    return list(found.filter(Q(visible_from=None) | Q(visible_from__lte=local_date(now))))


def _left(notices: list[Planned]) -> set[tuple[str, str]]:
    """Session and enrolment of the notices that have left, whatever the session's revision was then."""
    sessions = {str(item.session.pk) for item in notices}
    left = Message.objects.filter(kind=NAME, refs__session__in=sessions, handed_over__isnull=False)
    return set(left.values_list("refs__session", "refs__enrolment"))


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    """Those who take part in the next sessions for which there is a text."""
    ahead = CohortSession.objects.upcoming(now=now).filter(cohort__programme__region=region)
    return examples_of(ahead.exclude(module__preparation=""))


TEXT = Text(
    subject=_("To prepare for {date}: {title}"),
    body=_("Hello {first_name}!\n\nSoon it is time for the next session in {programme}.\n\n{facts}"),
    placeholders=(FIRST_NAME, COHORT, PROGRAMME, TITLE, DATE),
    to=_("The participant"),
    when=_("Before each session for which there is something to prepare, as the planned messages say"),
    facts=_("time, what to prepare, the material, and a button to the session"),
    examples=_examples,
)
PREPARATION = Kind(
    name=NAME,
    render=render,
    still_holds=still_comes,
    materialise=materialise,
    daytime_only=True,
    title=pgettext_lazy("message", "What to prepare"),
    topic=Topic.PREPARATION,
    text=TEXT,
)
