"""That a register isn't marked: to the lecturers the morning after, to the coordinators when that hasn't helped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from common.clock import at, local_date
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from messaging.texts.text import Text
from messaging.texts.words import words
from participants.placeholders import COHORT, PROGRAMME
from sessions.messages.recipients import keys_since
from sessions.models import CohortSession
from sessions.placeholders import DATE, RECEIVER, TITLE
from sessions.rules.days import working_day
from sessions.rules.plans import EIGHT

ASKED, REPORTED = "register.unmarked", "register.reported"
KEPT = timedelta(days=7)
LATEST = timedelta(days=60)  # the longest that a region may wait is half of it
ONE_DAY = timedelta(days=1)


def ask(now: datetime) -> Iterator[Draft]:
    """The question to the lecturers who can log in, on the working morning after. Takes at most five queries."""
    return _drafts(ASKED, now=now)


def report(now: datetime) -> Iterator[Draft]:
    """The report to the coordinators: after as many days as the region waits, at once where nobody was asked."""
    return _drafts(REPORTED, now=now)


def still_holds(message: Message, now: datetime) -> bool:
    """While nothing is marked, and the receiver has the role in which she was asked."""
    session = CohortSession.objects.unmarked(now=now).filter(pk=message.refs["session"]).first()
    if session is None:
        return False
    role = Role.LECTURER if message.kind == ASKED else Role.COORDINATOR
    hers = RoleAssignment.objects.filter(user=message.refs["user"], role=role, region=message.scope)
    teaches = session.lecturers.filter(email__iexact=message.recipient)
    return hers.filter(user__is_active=True).exists() and (message.kind == REPORTED or teaches.exists())


def render(message: Message) -> Content:
    """Which session, and a link to its register."""
    session = CohortSession.objects.with_details().get(pk=message.refs["session"])
    user = User.objects.get(pk=message.refs["user"])
    context = {
        "words": words(
            message,
            first_name=user.first_name,
            cohort=session.cohort.name,
            programme=session.cohort.programme.title,
            title=session.module.title,
            date=local_date(session.starts),
        ),
        "session": session,
        "region": session.cohort.programme.region,
        "url": settings.BASE_URL + reverse("sessions:register", args=[session.pk]),
    }
    return render_template("sessions/mail/unmarked", context, language=message.language)


def _drafts(kind: str, *, now: datetime) -> Iterator[Draft]:
    sessions = list(_unmarked(now))
    if not sessions:
        return
    asked, told = _lecturers(sessions), _coordinators(sessions)
    queued = keys_since(kind, now - KEPT)
    for session in sessions:
        teaching = asked[session.pk]
        first = at(working_day(session.day + ONE_DAY), EIGHT)
        due, users = first, teaching
        if kind == REPORTED:
            region = session.cohort.programme.region
            users = told[region.pk]
            if teaching:
                due = at(working_day(session.day + timedelta(days=region.unmarked_days)), EIGHT)
        for user in users:
            draft = _draft(kind, session, to=user, due=due)
            if due <= now < due + KEPT and draft.key not in queued:
                yield draft


def _draft(kind: str, session: CohortSession, *, to: User, due: datetime) -> Draft:
    return Draft.to(
        to,
        kind=kind,
        key=f"{kind}:{session.pk}:{to.pk}",
        due=due,
        expires=KEPT,
        scope=session.cohort.programme.region_id,
        session=session.pk,
        user=to.pk,
    )


def _unmarked(now: datetime) -> Any:
    found = CohortSession.objects.unmarked(now=now).filter(ends__gt=now - LATEST)
    return found.select_related("cohort__programme__region").prefetch_related("lecturers")


def _lecturers(sessions: Collection[CohortSession]) -> Mapping[UUID, list[User]]:
    """Who teaches each session and can log in, as users: one can keep the register only then."""
    addresses = {lecturer.email for session in sessions for lecturer in session.lecturers.all()}
    roles = RoleAssignment.objects.filter(role=Role.LECTURER, user__email__in=addresses, user__is_active=True)
    users = {(role.region_id, role.user.email.lower()): role.user for role in roles.select_related("user")}
    return {
        session.pk: [
            users[key]
            for lecturer in session.lecturers.all()
            if (key := (session.cohort.programme.region_id, lecturer.email)) in users
        ]
        for session in sessions
    }


def _coordinators(sessions: Collection[CohortSession]) -> Mapping[UUID, list[User]]:
    """The active coordinators of each region."""
    regions = {session.cohort.programme.region_id for session in sessions}
    roles = RoleAssignment.objects.filter(role=Role.COORDINATOR, region__in=regions, user__is_active=True)
    found: dict[UUID, list[User]] = defaultdict(list)
    for role in roles.select_related("user").order_by("pk"):
        if role.region_id:
            found[role.region_id].append(role.user)
    return found


PLACEHOLDERS = (RECEIVER, COHORT, PROGRAMME, TITLE, DATE)
BUTTON = _("module, time and place, and a button to the register")
UNMARKED = Kind(
    name=ASKED,
    render=render,
    still_holds=still_holds,
    materialise=ask,
    daytime_only=True,
    title=pgettext_lazy("message", "Attendance isn't marked"),
    text=Text(
        subject=_("Who attended on {date}?"),
        body=_(
            "Hello {first_name}!\n\nThe register of your session hasn't been marked yet. Participants need it for "
            "their certificates.\n\n{facts}"
        ),
        placeholders=PLACEHOLDERS,
        to=_("The lecturers of the session who can log in"),
        when=_("The working morning after a session, if nobody is marked"),
        facts=BUTTON,
    ),
)
REPORT = Kind(
    name=REPORTED,
    render=render,
    still_holds=still_holds,
    materialise=report,
    daytime_only=True,
    title=pgettext_lazy("message", "Attendance still isn't marked"),
    text=Text(
        subject=_("The register of {date} isn't marked: {title}"),
        body=_(
            "Hello {first_name}!\n\nNobody is marked at a session of {programme}, {cohort}. Mark attendance yourself, "
            "or ask the lecturers.\n\n{facts}"
        ),
        placeholders=PLACEHOLDERS,
        to=_("The region's coordinators"),
        when=_(
            "Some days after a session, as the settings say, if nobody is marked; at once if no lecturer can log in"
        ),
        facts=BUTTON,
    ),
)
