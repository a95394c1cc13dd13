"""When a municipality's contact is asked whether she still is it, and how things stand. Pure: times are handed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from common.clock import at

ASKED_AHEAD = timedelta(days=14)  # before one may apply, so that a new contact is there in time
REMINDED = timedelta(weeks=1)  # after the question
STALE = timedelta(weeks=3)  # after the question
FRESH = timedelta(weeks=8)  # a confirmation that old is good for the intake that begins


@dataclass(frozen=True)
class Announcement:
    """The local day from which one may apply to a cohort, and when the cohort was published."""

    applications_open: date
    published: datetime


@dataclass(frozen=True)
class Intake:
    """A half-year in which applications open, such as 2026-1. It begins two weeks before the first of them does."""

    term: str
    begins: datetime


@dataclass(frozen=True)
class Named:
    """What is known of a contact who is a manager still."""

    chosen: datetime
    confirmed: datetime | None = None
    left: datetime | None = None


class Standing(StrEnum):
    """What there is to say about a municipality's contact; the worst first."""

    NO_MANAGER = "no_manager"
    NO_CONTACT = "no_contact"
    LEFT = "left"
    STALE = "stale"
    ASKED = "asked"
    UNASKED = "unasked"
    CONFIRMED = "confirmed"


NEEDS_ACTION = (Standing.NO_MANAGER, Standing.NO_CONTACT, Standing.LEFT, Standing.STALE)


class Letter(StrEnum):
    """What goes out to a contact who hasn't answered."""

    QUESTION = "question"
    REMINDER = "reminder"


def intake_at(announcements: Iterable[Announcement], *, now: datetime) -> Intake | None:
    """The latest intake of a region that has begun; None before the first. All cohorts of a half-year are one."""
    begun: dict[str, datetime] = {}
    for announcement in announcements:
        begins = max(at(announcement.applications_open - ASKED_AHEAD, time(8)), announcement.published)
        if begins <= now:
            term = _half_year(announcement.applications_open)
            begun[term] = min(begun.get(term, begins), begins)
    return Intake(max(begun), begun[max(begun)]) if begun else None


def _half_year(day: date) -> str:
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def asked_since(contact: Named, intake: Intake | None) -> datetime | None:
    """Since when an answer is waited for: from the beginning of the intake, or since she was chosen in it.

    None if none is: there is no intake, she has confirmed for this one, or has said that she has left.
    """
    if intake is None or contact.left:
        return None
    if contact.confirmed and contact.confirmed >= intake.begins - FRESH:
        return None
    return max(intake.begins, contact.chosen)


def letter_due(asked: datetime, *, now: datetime) -> Letter | None:
    """What she should have got by now: the question, a reminder after a week, and no more after three."""
    if not asked <= now < asked + STALE:
        return None
    return Letter.QUESTION if now < asked + REMINDED else Letter.REMINDER


def standing(contact: Named | None, *, has_managers: bool, intake: Intake | None, now: datetime) -> Standing:
    """How things stand in a municipality."""
    if not has_managers:
        return Standing.NO_MANAGER
    if contact is None:
        return Standing.NO_CONTACT
    if contact.left:
        return Standing.LEFT
    if asked := asked_since(contact, intake):
        return Standing.STALE if asked + STALE <= now else Standing.ASKED
    return Standing.CONFIRMED if contact.confirmed else Standing.UNASKED


def refusal_to_choose(*, may: bool, is_manager: bool) -> str | None:
    """Whether somebody can become a municipality's contact. `may` is for its managers and the region's coordinators."""
    if not may:
        return _("Only the municipality's managers and the coordinator choose its contact.")
    if not is_manager:
        return _("The contact must be a manager of the municipality. Invite them first.")
    return None
