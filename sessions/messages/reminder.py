"""Reminders of a session, as many days before it as its region has decided."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from cohorts.choices import CohortStatus
from common.clock import at, local_date
from messaging.choices import Channel, Topic
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from messaging.rendering import render as render_template
from messaging.texts.text import Example, Placeholder, Text
from messaging.texts.words import words
from participants.models import Enrolment
from participants.placeholders import COHORT, FIRST_NAME, PROGRAMME
from regions.models import Region
from sessions.calendars.icalendar import attachment, page_url
from sessions.messages.changed import told_of
from sessions.messages.recipients import keys_since, takes_part, taking_part, times_left
from sessions.messages.welcome import SOME
from sessions.models import CohortSession

NAME = "session.reminder"
CLOCK = time(8)
KEPT = timedelta(days=2)  # a reminder that couldn't be sent is worth sending this much later


@dataclass(frozen=True)
class Reminder:
    """One session to remind of, `days` before it; from `due` until `expires`."""

    session: CohortSession
    days: int
    due: datetime
    expires: datetime


def reminder(session: CohortSession, days: int) -> Reminder:
    """The reminder `days` before the session: eight o'clock by the wall clock, whatever summer time does between."""
    due = at(local_date(session.starts) - timedelta(days=days), CLOCK)
    return Reminder(session, days, due, min(session.starts, due + KEPT))


def materialise(now: datetime) -> Iterator[Draft]:
    """Reminders whose time has come, for those who took part by then. Takes at most six queries.

    Who has been told of a change since then knows, and so does who was reminded before one that was undone unsent.
    """
    reminders = list(_due(now))
    queued = keys_since(NAME, now - KEPT) if reminders else set()
    aware = _aware(reminders, since=now - KEPT) if reminders else set()
    enrolments = defaultdict(list)
    for enrolment in taking_part().filter(cohort__in={item.session.cohort_id for item in reminders}):
        enrolments[enrolment.cohort_id].append(enrolment)
    for item in reminders:
        for enrolment in enrolments[item.session.cohort_id]:
            key = _key(item, enrolment)
            known = (item.session.pk, enrolment.participant.email, item.due) in aware
            if enrolment.enrolled <= item.due and key not in queued and not known:
                yield Draft.to(
                    enrolment.participant,
                    kind=NAME,
                    key=key,
                    due=item.due,
                    expires=item.expires,
                    scope=item.session.cohort.programme.region_id,
                    session=item.session.pk,
                    revision=item.session.revision,
                    enrolment=enrolment.pk,
                    days=item.days,
                )


def waiting_about(sessions: Iterable[UUID]) -> MessageQuerySet:
    """Reminders of `sessions` that haven't left."""
    return Message.objects.filter(kind=NAME, refs__session__in=[str(pk) for pk in sessions]).unsent()


def still_holds(message: Message, now: datetime) -> bool:
    """Not if the session has been moved, cancelled or begun, or the receiver doesn't take part any more."""
    session = CohortSession.objects.held_or_planned().filter(
        pk=message.refs["session"], revision=message.refs["revision"], starts__gt=now
    )
    return session.exists() and takes_part(message.refs["enrolment"])


def render(message: Message) -> Content:
    """Say when and where, with the session as a calendar file."""
    session = CohortSession.objects.with_details().get(pk=message.refs["session"])
    enrolment = Enrolment.objects.select_related("participant").get(pk=message.refs["enrolment"])
    left = times_left([session.pk], role=Role.PARTICIPANT, person=enrolment.participant_id)
    file = attachment([session], filename="session.ics", now=message.due, recipient=message.recipient, left=left)
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
        },
        language=message.language,
        attachments=[file],
    )


def _due(now: datetime) -> Iterable[Reminder]:
    """Every reminder that should be out at `now`. Days are the region's, so sessions are looked at one by one."""
    farthest = max(chain.from_iterable(Region.objects.values_list("reminder_days", flat=True)), default=0)
    ahead = (
        CohortSession.objects.upcoming(now=now)
        .filter(cohort__status=CohortStatus.PUBLISHED, starts__gt=now, starts__lt=now + timedelta(days=farthest + 1))
        .select_related("cohort__programme__region")
    )
    for session in ahead:
        for days in session.cohort.programme.region.reminder_days:
            item = reminder(session, days)
            if item.due <= now < item.expires:
                yield item


def _aware(reminders: list[Reminder], *, since: datetime) -> set[tuple[UUID, str, datetime]]:
    """Session, receiver and due time of the reminders that have nothing to add."""
    sessions = {item.session.pk for item in reminders}
    told = told_of(sessions, since=since)
    aware = {
        (item.session.pk, receiver, item.due)
        for item in reminders
        for session, receiver, at_that_time in told
        if session == item.session.pk and at_that_time >= item.due
    }
    sent = Message.objects.filter(
        kind=NAME, due__gte=since, refs__session__in=[str(pk) for pk in sessions], handed_over__isnull=False
    )
    return aware | {(UUID(message.refs["session"]), message.recipient, message.due) for message in sent}


def _key(item: Reminder, enrolment: Enrolment) -> str:
    session = item.session
    return f"reminder:{item.days}d:{session.pk}:r{session.revision}:{enrolment.pk}:{Channel.EMAIL}"


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    """Those who take part in the cohorts whose sessions are next."""
    ahead = CohortSession.objects.upcoming(now=now).filter(cohort__programme__region=region).select_related("module")
    next_of = {session.cohort_id: session for session in ahead.order_by("-starts")}
    for enrolment in taking_part().filter(cohort__in=next_of).order_by("cohort", "participant__last_name")[:SOME]:
        session = next_of[enrolment.cohort_id]
        yield Example(
            f"{enrolment.participant} · {session.module.title}",
            enrolment.participant.email,
            {"session": session.pk, "revision": session.revision, "enrolment": enrolment.pk, "days": 1},
        )


TITLE = Placeholder(
    "title", pgettext_lazy("placeholder", "the module"), pgettext_lazy("example", "Talking with children")
)
DATE = Placeholder("date", pgettext_lazy("placeholder", "the day"), pgettext_lazy("example", "Tuesday 14 April"))
TEXT = Text(
    subject=_("Reminder: {date}, {title}"),
    body=_(
        "Hello {first_name}!\n\nThis is a reminder of your next session in {programme}.\n\n{facts}\n\n"
        "The session is attached as a calendar file."
    ),
    placeholders=(FIRST_NAME, COHORT, PROGRAMME, TITLE, DATE),
    to=_("The participant"),
    when=_("Before each session, as many days as the settings say"),
    facts=_("time and place, what to prepare, and a button to the session"),
    examples=_examples,
)
REMINDER = Kind(
    name=NAME,
    render=render,
    still_holds=still_holds,
    materialise=materialise,
    daytime_only=True,
    title=_("Reminder of a session"),
    topic=Topic.REMINDERS,
    text=TEXT,
)
