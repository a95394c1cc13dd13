"""A person's timeline, gathered from what each part of the portal keeps of her: nothing is stored for it (ADR 28).

Each source yields all its entries; what a reader may see of them is decided in one place, `timeline_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.choices import CertificateKind, TimelineKind
from certificates.models import Certificate
from certificates.rules.timeline import TimelineEntry, Worked, employer_on, may_see
from common.clock import at, local_date
from messaging import kinds
from messaging.choices import Channel, State
from messaging.models import Message
from participants.models import Employment, Enrolment, EnrolmentEvent, Merge, Participant
from sessions.choices import Mark
from sessions.messages.concerned import steps_of
from sessions.models import Attendance, CohortSession

MARK_TONES = {Mark.PRESENT: "ok", Mark.PARTIAL: "warning", Mark.ABSENT: "error", Mark.EXCUSED: "waiting"}
STATE_TONES = {
    State.QUEUED: "information",
    State.SENDING: "information",
    State.SENT: "ok",
    State.DELIVERED: "ok",
    State.BOUNCED: "error",
    State.DEAD: "error",
    State.UNCERTAIN: "warning",
}


@dataclass(frozen=True)
class Subject:
    """The person whom a timeline is about, with what several sources need of her."""

    participant: Participant

    @cached_property
    def employments(self) -> list[Employment]:
        return list(self.participant.employments.all())

    @cached_property
    def enrolments(self) -> list[Enrolment]:
        return list(self.participant.enrolments.select_related("cohort"))

    @cached_property
    def merges(self) -> list[Merge]:
        return list(Merge.objects.filter(kept=self.participant).select_related("other", "by", "undone_by"))

    @cached_property
    def certificates(self) -> list[Certificate]:
        found = Certificate.objects.filter(enrolment__participant=self.participant).defer("data")
        return list(found.select_related("enrolment__programme", "issued_by"))

    def employer_on(self, day: date) -> UUID | None:
        """The municipality that employed her on a local day."""
        return employer_on(day, (Worked(row.municipality_id, row.starts, row.ends) for row in self.employments))


Source = Callable[[Subject], Iterable[TimelineEntry]]


def timeline_of(participant: Participant, *, user: User) -> list[TimelineEntry]:
    """What has happened to `participant` as far as `user` may know of it, the latest first.

    In eight queries however much it is, if her employments have been loaded with their municipalities. Callers find
    the participant through `visible_to`.
    """
    subject = Subject(participant)
    entries = [
        entry
        for source in SOURCES
        for entry in source(subject)
        if may_see(
            entry,
            coordinates=participant.region_id in user.coordinated_region_ids,
            municipalities=user.managed_municipality_ids,
            address=user.email,
        )
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _enrolments(subject: Subject) -> Iterator[TimelineEntry]:
    """Every step of every enrolment, with who took it and why. An employer of the past has no page of it any more."""
    enrolments = {enrolment.pk: enrolment for enrolment in subject.enrolments}
    events = EnrolmentEvent.objects.filter(enrolment__in=enrolments).select_related("by").order_by("at", "created")
    for event in events:
        enrolment = enrolments[event.enrolment_id]
        has_page = enrolment.municipality_id == event.municipality_id
        yield TimelineEntry(
            at=event.at,
            kind=TimelineKind.ENROLMENT,
            text=event.get_kind_display(),
            about=enrolment.cohort.name,
            by=str(event.by or ""),
            reason=event.reason,
            municipality=event.municipality_id,
            url=reverse("participants:enrolment", args=[enrolment.pk]) if has_page else "",
        )


def _employments(subject: Subject) -> Iterator[TimelineEntry]:
    """The first and the last day with each employer."""
    for employment in subject.employments:
        about = f"{employment.municipality}, {employment.unit}"
        days = {_("Employed"): employment.starts, _("Last day of employment"): employment.ends}
        for text, day in days.items():
            if day:
                yield TimelineEntry(
                    at=at(day, time.min),
                    kind=TimelineKind.EMPLOYMENT,
                    text=text,
                    about=about,
                    municipality=employment.municipality_id,
                    is_a_day=True,
                )


def _attendance(subject: Subject) -> Iterator[TimelineEntry]:
    """Her marks, on the days of the sessions."""
    marks = Attendance.objects.valid().filter(participant=subject.participant)
    for attendance in marks.select_related("session__module", "session__cohort", "marked_by"):
        session = attendance.session
        day = local_date(session.starts)
        yield TimelineEntry(
            at=session.starts,
            kind=TimelineKind.ATTENDANCE,
            text=str(session.module),
            about=session.cohort.name,
            by=str(attendance.marked_by or ""),
            municipality=subject.employer_on(day),
            url=reverse("sessions:session", args=[session.pk]),
            tone=MARK_TONES[Mark(attendance.mark)],
            state=attendance.get_mark_display(),
        )


def _messages(subject: Subject) -> Iterator[TimelineEntry]:
    """What was sent to her and about her: of which kind, about which sessions, with what success."""
    messages = list(
        about_person(
            [subject.participant, *(merge.other for merge in subject.merges if merge.undone is None)],
            enrolments=subject.enrolments,
            employments=subject.employments,
            certificates=subject.certificates,
        ).annotate(of_another=_of_another(subject))
    )
    sessions = _sessions_of(messages)
    address = subject.participant.email.casefold()
    for message in messages:
        hers = message.recipient.casefold() == address or not message.of_another
        to_her = message.channel == Channel.EMAIL and hers
        yield TimelineEntry(
            at=message.finished or message.due,
            kind=TimelineKind.MESSAGE,
            text=kinds.title_of(message.kind),
            about=" · ".join([*sessions[message.pk], _("to %(address)s") % {"address": message.recipient}]),
            municipality=_employer(message) or subject.employer_on(local_date(message.due)),
            reader="" if to_her else message.recipient,
            tone=STATE_TONES.get(State(message.state), "neutral"),
            state=message.get_state_display(),
        )


def _of_another(subject: Subject) -> Exists:
    """Whether a message went to somebody else; what went to an address that she has no longer went to her."""
    readers = User.objects.annotate(address=Lower("email")).filter(address=Lower(OuterRef("recipient")))
    return Exists(readers.exclude(pk=subject.participant.user_id) if subject.participant.user_id else readers)


def _sessions_of(messages: Collection[Message]) -> dict[UUID, list[str]]:
    """The sessions that each message is about, with their days as they are now, by the message's id."""
    named = {message.pk: _named_sessions(message) for message in messages}
    wanted = {pk for sessions in named.values() for pk in sessions}
    found = CohortSession.objects.select_related("module").order_by("starts").in_bulk(wanted)
    return {pk: [_with_day(found[one]) for one in found if one in sessions] for pk, sessions in named.items()}


def _named_sessions(message: Message) -> set[UUID]:
    session = message.refs.get("session")
    return {*steps_of(message), *([UUID(session)] if session else [])}


def _with_day(session: CohortSession) -> str:
    return f"{session.module}, {date_format(local_date(session.starts))}"


def _employer(message: Message) -> UUID | None:
    """The employer whose managers it was sent to, where it says which."""
    employer = message.refs.get("municipality")
    return UUID(employer) if employer else None


def about_person(
    people: Collection[Participant],
    *,
    enrolments: Collection[Enrolment],
    employments: Collection[Employment],
    certificates: Collection[Certificate],
) -> Any:
    """Messages to and about one person, by what their refs name; she is several `people` if she was registered twice.

    All of them: which a reader may know of is for `may_see` to say.
    """
    return Message.objects.about_any(
        person=[row.pk for row in people],
        enrolment=[row.pk for row in enrolments],
        employment=[row.pk for row in employments],
        certificate=[row.pk for row in certificates],
    ).order_by("due", "pk")


def _certificates(subject: Subject) -> Iterator[TimelineEntry]:
    """When each was issued, and revoked."""
    for certificate in subject.certificates:
        shared: dict[str, Any] = {
            "kind": TimelineKind.CERTIFICATE,
            "about": str(certificate.enrolment.programme),
            "municipality": certificate.enrolment.municipality_id,
        }
        yield TimelineEntry(
            at=certificate.issued,
            text=_issued(certificate),
            by=str(certificate.issued_by or ""),
            url=reverse("certificates:certificate", args=[certificate.pk]),
            **shared,
        )
        if certificate.revoked:
            yield TimelineEntry(
                at=certificate.revoked,
                text=_("Certificate %(number)s revoked") % {"number": certificate.number},
                reason=certificate.revoked_reason,
                **shared,
            )


def _issued(certificate: Certificate) -> str:
    if certificate.kind == CertificateKind.STATEMENT:
        text = _("Participation statement %(number)s issued")
    elif certificate.version > 1:
        text = _("Version %(version)d of certificate %(number)s issued")
    else:
        text = _("Certificate %(number)s issued")
    return text % {"number": certificate.number, "version": certificate.version}


def _merges(subject: Subject) -> Iterator[TimelineEntry]:
    """That she turned out to be registered twice, or not after all: no employer's business, so for coordinators."""
    for merge in subject.merges:
        shared: dict[str, Any] = {
            "kind": TimelineKind.ENROLMENT,
            "about": f"{merge.other} ({merge.other.email})",
            "url": reverse("participants:merged", args=[merge.pk]),
        }
        yield TimelineEntry(
            at=merge.at, text=_("Merged with another record"), by=str(merge.by or ""), reason=merge.reason, **shared
        )
        if merge.undone:
            yield TimelineEntry(at=merge.undone, text=_("Merge undone"), by=str(merge.undone_by or ""), **shared)


# Another part of the portal that knows of people adds its own.
SOURCES: tuple[Source, ...] = (_enrolments, _employments, _attendance, _messages, _certificates, _merges)
