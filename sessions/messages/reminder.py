"""Reminders of a session, as long before it as the plan of its cohort says."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from common.clock import local_date
from messaging.choices import Channel, Topic
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from messaging.rendering import render as render_template
from messaging.texts.text import Example, Text
from messaging.texts.words import words
from participants.models import Enrolment
from participants.placeholders import COHORT, FIRST_NAME, PROGRAMME
from sessions.calendars.icalendar import attachment, page_url, short_url
from sessions.choices import StepKind
from sessions.messages.changed import told_of
from sessions.messages.planned import Planned, before_sessions, examples_of, participants_of
from sessions.messages.recipients import keys_since, still_comes, times_left
from sessions.models import CohortSession
from sessions.placeholders import DATE, TITLE
from sessions.rules.plans import KEPT

NAME = "session.reminder"


def materialise(now: datetime) -> Iterator[Draft]:
    """Reminders whose time has come, for those who took part by then. Takes at most seven queries.

    Who has been told of a change since then knows, and so does who was reminded before one that was undone unsent.
    """
    reminders = before_sessions(StepKind.REMINDER, now=now)
    if not reminders:
        return
    queued = keys_since(NAME, now - KEPT[StepKind.REMINDER])
    sent, told = _sent(reminders, since=now - KEPT[StepKind.REMINDER]), _told(reminders)
    enrolments = participants_of(reminders)
    for item in reminders:
        for enrolment in enrolments[item.session.cohort_id]:
            draft = _draft(item, enrolment)
            reminded = (item.session.pk, draft.recipient, item.due) in sent
            knows = (item.session.pk, enrolment.participant.email, item.due) in told
            if enrolment.enrolled > item.due or draft.key in queued or reminded or knows or not draft.recipient:
                continue
            yield draft


def _draft(item: Planned, enrolment: Enrolment) -> Draft:
    """As SMS it goes to her mobile number: nowhere if she has proved none, or her region sends no SMS."""
    session, timing = item.session, item.timing
    region = session.cohort.programme.region
    draft = Draft.to(
        enrolment.participant,
        kind=NAME,
        key=f"reminder:{timing.distance}:{session.pk}:r{session.revision}:{enrolment.pk}:{timing.channel}",
        due=item.due,
        expires=item.expires,
        scope=region.pk,
        session=session.pk,
        revision=session.revision,
        enrolment=enrolment.pk,
    )
    if timing.channel == Channel.EMAIL:
        return draft
    return draft.by_sms(enrolment.participant.sms_number if region.sms_parts_per_month else "")


def waiting_about(sessions: Iterable[UUID]) -> MessageQuerySet:
    """Reminders of `sessions` that haven't left."""
    return Message.objects.filter(kind=NAME, refs__session__in=[str(pk) for pk in sessions]).unsent()


def render(message: Message) -> Content:
    """Say when and where, with the session as a calendar file."""
    session = CohortSession.objects.with_facts().get(pk=message.refs["session"])
    enrolment = Enrolment.objects.select_related("participant").get(pk=message.refs["enrolment"])
    left = times_left([session], enrolment.participant)
    file = attachment([session], now=message.due, recipient=message.recipient, left=left)
    return render_template(
        "sessions/mail/reminder",
        {
            "words": words(
                message,
                first_name=enrolment.participant.first_name,
                cohort=session.cohort.name,
                programme=session.cohort.programme.title,
                title=session.module.title,
                date=local_date(session.starts),
            ),
            "session": session,
            "region": session.cohort.programme.region,
            "url": page_url(session),
            "short_url": short_url(session),
        },
        language=message.language,
        attachments=[file],
    )


def _still_holds(message: Message, now: datetime) -> bool:
    """As SMS only as long as the number is the one that she has proved."""
    if not still_comes(message, now):
        return False
    if message.channel == Channel.EMAIL:
        return True
    enrolment = Enrolment.objects.select_related("participant__user").get(pk=message.refs["enrolment"])
    return enrolment.participant.sms_number == message.recipient


def _told(reminders: list[Planned]) -> set[tuple[UUID, str, datetime]]:
    """Session, receiver and due time of reminders that have nothing to add to what was told of a change since."""
    told = told_of({item.session.pk for item in reminders}, since=min(item.due for item in reminders))
    return {
        (item.session.pk, receiver, item.due)
        for item in reminders
        for session, receiver, moment in told
        if session == item.session.pk and moment >= item.due
    }


def _sent(reminders: list[Planned], *, since: datetime) -> set[tuple[UUID, str, datetime]]:
    """Session, receiver and due time of reminders that have left, whatever the session's revision was then."""
    sessions = {str(item.session.pk) for item in reminders}
    left = Message.objects.filter(kind=NAME, due__gte=since, refs__session__in=sessions, handed_over__isnull=False)
    return {(UUID(message.refs["session"]), message.recipient, message.due) for message in left}


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    """Those who take part in the cohorts whose sessions are next."""
    return examples_of(CohortSession.objects.upcoming(now=now).filter(cohort__programme__region=region))


TEXT = Text(
    subject=_("Reminder: {date}, {title}"),
    body=_(
        "Hello {first_name}!\n\nThis is a reminder of your next session in {programme}.\n\n{facts}\n\n"
        "The session is attached as a calendar file."
    ),
    placeholders=(FIRST_NAME, COHORT, PROGRAMME, TITLE, DATE),
    to=_("The participant"),
    when=_("Before each session, as the planned messages say"),
    facts=_("time and place, what to prepare, and a button to the session"),
    examples=_examples,
)
REMINDER = Kind(
    name=NAME,
    render=render,
    still_holds=_still_holds,
    materialise=materialise,
    daytime_only=True,
    title=_("Reminder of a session"),
    topic=Topic.REMINDERS,
    text=TEXT,
)
