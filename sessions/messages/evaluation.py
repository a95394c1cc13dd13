"""What those thought who were present: a link to the region's own survey, once the register says who they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.clock import local_date
from messaging.choices import Topic
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from messaging.texts.text import Text
from messaging.texts.words import words
from participants.models import Participant
from participants.placeholders import COHORT, FIRST_NAME, PROGRAMME
from sessions.choices import EARNING, StepKind
from sessions.messages.planned import Planned, after_sessions
from sessions.messages.recipients import keys_since
from sessions.models import Attendance, CohortSession
from sessions.placeholders import DATE, TITLE
from sessions.rules.plans import EVALUATION_KEPT

NAME = "session.evaluation"


def materialise(now: datetime) -> Iterator[Draft]:
    """A question to who is marked as present, where there is a survey. Takes at most five queries.

    It waits for the register: who is marked late is asked late, until it is too late to remember.
    """
    questions = [item for item in after_sessions(StepKind.EVALUATION, now=now) if item.session.evaluation_url]
    if not questions:
        return
    queued = keys_since(NAME, now - EVALUATION_KEPT)
    present = _present_at(questions)
    for item in questions:
        for participant in present[item.session.pk]:
            draft = _draft(item, participant)
            if draft.key not in queued:
                yield draft


def still_holds(message: Message, now: datetime) -> bool:
    """While the register says that she was there, and there is a survey."""
    attended = Attendance.objects.valid().filter(
        session=message.refs["session"], participant=message.refs["participant"], mark__in=EARNING
    )
    return attended.exists() and bool(_session(message).evaluation_url)


def render(message: Message) -> Content:
    """Ask, and say so if it is the second time: whether she has answered only the survey knows."""
    session = _session(message)
    participant = Participant.objects.get(pk=message.refs["participant"])
    asked = Message.objects.about(session=session.pk, participant=participant.pk).filter(kind=NAME)
    context = {
        "words": words(
            message,
            first_name=participant.first_name,
            cohort=session.cohort.name,
            programme=session.cohort.programme.title,
            title=session.module.title,
            date=local_date(session.starts),
        ),
        "again": asked.exclude(handed_over=None).exclude(pk=message.pk).exists(),
        "region": session.cohort.programme.region,
        "url": session.evaluation_url,
    }
    return render_template("sessions/mail/evaluation", context, language=message.language)


def _draft(item: Planned, participant: Participant) -> Draft:
    return Draft.to(
        participant,
        kind=NAME,
        key=f"evaluation:{item.timing.distance}:{item.session.pk}:{participant.pk}",
        due=item.due,
        expires=item.expires,
        scope=item.session.cohort.programme.region_id,
        session=item.session.pk,
        participant=participant.pk,
    )


def _present_at(questions: list[Planned]) -> Mapping[UUID, list[Any]]:
    """Who was present, by session. Not the record of someone who turned out to be registered twice."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    attended = Attendance.objects.valid().filter(
        session__in=[item.session.pk for item in questions], mark__in=EARNING, participant__merged_into=None
    )
    for attendance in attended.select_related("participant__user"):
        found[attendance.session_id].append(attendance.participant)
    return found


def _session(message: Message) -> CohortSession:
    return CohortSession.objects.with_details().get(pk=message.refs["session"])


TEXT = Text(
    subject=_("What did you think of {title}?"),
    body=_(
        "Hello {first_name}!\n\nYou took part in a session of {programme} on {date}. What did you think?\n\n{facts}"
    ),
    placeholders=(FIRST_NAME, COHORT, PROGRAMME, TITLE, DATE),
    to=_("The participant, if she is marked as present"),
    when=_("After each session, as the planned messages say, if there is an address of a survey"),
    facts=_("a button to the survey, and the second time that nobody need answer twice"),
)
EVALUATION = Kind(
    name=NAME,
    render=render,
    still_holds=still_holds,
    materialise=materialise,
    daytime_only=True,
    title=pgettext_lazy("message", "Evaluation"),
    topic=Topic.EVALUATION,
    text=TEXT,
)
