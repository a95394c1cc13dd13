"""What a coordinator has to do something about, by when, and how urgent that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sessions.choices import RequestStatus

DRAFTS_ARE_FURNISHED = timedelta(weeks=8)  # before their sessions: earlier, a draft may lack what it likes
DRAFTS_ARE_PUBLISHED = timedelta(days=14)  # before one may apply: managers plan too
MESSAGES_ARE_LOOKED_AFTER = timedelta(days=2)  # that haven't arrived
ANSWERS_COME = timedelta(days=7)  # from lecturers, and to applicants
REGISTERS_ARE_REMEMBERED = timedelta(days=7)  # who was there
SOON = timedelta(days=7)


class Matter(StrEnum):
    """What there may be to do; of what is equally urgent, the worst first."""

    CHANNEL = "channel"
    CLASH = "clash"
    MESSAGE = "message"
    VENUE = "venue"
    LECTURER = "lecturer"
    PUBLISH = "publish"
    REGISTER = "register"
    APPROVAL = "approval"
    OFFER = "offer"
    SEAT = "seat"
    CONTACT = "contact"
    INVITATION = "invitation"
    SMS = "sms"


class Urgency(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


class Trouble(StrEnum):
    """What is wrong with who teaches."""

    DECLINED = "declined"
    SILENT = "silent"
    MISSING = "missing"


@dataclass(frozen=True)
class Asked:
    """The latest question to a lecturer about a session, on a local day."""

    lecturer: UUID
    status: str
    day: date


def urgency(due: date, *, today: date) -> Urgency:
    """How soon it matters: today and the week to come are soon."""
    if due < today:
        return Urgency.OVERDUE
    return Urgency.SOON if due <= today + SOON else Urgency.LATER


def must_be_furnished(starts: datetime, *, draft: bool, now: datetime) -> bool:
    """Whether a session needs its venue and its lecturer by now: once published, and as a draft when it is near."""
    return starts > now and (not draft or starts <= now + DRAFTS_ARE_FURNISHED)


def must_be_published(applications_open: date, *, draft: bool, today: date) -> bool:
    """Whether a cohort should be public: those who are to apply want to know of it before they may."""
    return draft and applications_open <= today + DRAFTS_ARE_PUBLISHED


def register_due(session_day: date) -> date:
    """The local day until which one remembers who was there."""
    return session_day + REGISTERS_ARE_REMEMBERED


def message_due(failed: date, expires: date) -> date:
    """The local day until which somebody should be told otherwise what a message of that day didn't tell her.

    When it expires, it is too late; but for what failed then, it is that day that counts.
    """
    return max(failed, min(failed + MESSAGES_ARE_LOOKED_AFTER, expires))


def answer_due(asked: date) -> date:
    """The local day until which who has asked or applied can expect an answer."""
    return asked + ANSWERS_COME


def trouble_with_lecturers(
    booked: Collection[UUID], asked: Iterable[Asked], *, today: date
) -> tuple[Trouble, UUID | None] | None:
    """What is wrong with who teaches a session, and with whom; None if it is settled or an answer can be waited for.

    A refusal no longer matters once somebody else is booked or asked instead.
    """
    asked = list(asked)
    waiting = [question for question in asked if question.status == RequestStatus.OPEN]
    settled = bool(booked or waiting)
    for question in asked:
        if question.status == RequestStatus.DECLINED and (question.lecturer in booked or not settled):
            return Trouble.DECLINED, question.lecturer
    for question in waiting:
        if answer_due(question.day) < today:
            return Trouble.SILENT, question.lecturer
    return None if settled else (Trouble.MISSING, None)


def in_order(due: date, matter: Matter) -> tuple[date, int]:
    """Sort by this: what has the soonest consequence comes first, of equals the worst."""
    return due, list(Matter).index(matter)
