"""Searching across the portal: people, cohorts, sessions, venues, lecturers and programmes.

What somebody may see is for `visible_to` to say, and for nothing else: a person whom it hides is found by no word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from cohorts.models import Cohort, Programme
from common.search import words_of
from common.templatetags.interface import time_range, weekday_date
from participants.models import Participant
from participants.periods import address_for
from reports.rules.dates import Day, day_in
from sessions.models import CohortSession, Lecturer, Venue

SHORTEST = 2  # characters: one letter finds nearly everything
SHOWN = 5


@dataclass(frozen=True)
class Hit:
    """What was found, what tells it from its namesakes, and where it is."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Subject:
    """Something to search for: who may, how (the best hits first), and how a hit is shown to her."""

    title: str | Promise
    icon: str
    permission: Permission
    find: Callable[[User, str, datetime], QuerySet[Any]]
    show: Callable[[User, Any], Hit]


@dataclass(frozen=True)
class Group:
    """The first hits of one kind, and where all of them are if there are more."""

    name: str
    subject: Subject
    hits: Sequence[Hit]
    more_url: str


def is_long_enough(text: str) -> bool:
    """Whether `text` is worth a search."""
    return sum(map(len, words_of(text))) >= SHORTEST


def subjects_for(user: User) -> dict[str, Subject]:
    """What `user` may search for."""
    return {name: subject for name, subject in SUBJECTS.items() if user.may(subject.permission)}


def search(user: User, text: str, *, now: datetime) -> list[Group]:
    """The best hits of each kind that has any, in a query for each kind."""
    groups = []
    for name, subject in subjects_for(user).items():
        found = list(subject.find(user, text, now)[: SHOWN + 1])
        if found:
            more = reverse("reports:search") + "?" + urlencode({"q": text, "visa": name})
            hits = [subject.show(user, row) for row in found[:SHOWN]]
            groups.append(Group(name, subject, hits, more if len(found) > SHOWN else ""))
    return groups


def _people(user: User, text: str, now: datetime) -> QuerySet[Participant]:
    return Participant.objects.visible_to(user).search(text).prefetch_related("employments")


def _person(user: User, person: Participant) -> Hit:
    return Hit(person.full_name, address_for(user, person), reverse("certificates:person", args=[person.pk]))


def _cohorts(user: User, text: str, now: datetime) -> QuerySet[Cohort]:
    return (
        Cohort.objects.visible_to(user).search(text).select_related("programme").order_by("-applications_close", "pk")
    )


def _cohort(user: User, cohort: Cohort) -> Hit:
    """A manager has no page of a cohort, but one of her own people in it."""
    if cohort.programme.region_id in user.coordinated_region_ids:
        url = reverse("sessions:cohort", args=[cohort.pk])
    else:
        url = reverse("certificates:people") + "?" + urlencode({"cohort": cohort.pk})
    return Hit(cohort.name, cohort.programme.title, url)


def _sessions(user: User, text: str, now: datetime) -> QuerySet[CohortSession]:
    """Those to come, the next one first, before those that have been, the latest first."""
    day, words = day_in(text)
    found = CohortSession.objects.visible_to(user).search(words).select_related("cohort", "module", "venue")
    ahead = When(ends__gt=now, then=Value(0))
    return (found.filter(**_on(day)) if day else found).order_by(
        Case(ahead, default=Value(1), output_field=IntegerField()),
        Case(When(ends__gt=now, then=F("starts"))),
        F("starts").desc(),
        "pk",
    )


def _on(day: Day) -> dict[str, Any]:
    if day.year is None:
        return {"starts__month": day.month, "starts__day": day.day}
    return {"starts__date": date(day.year, day.month, day.day)}


def _session(user: User, session: CohortSession) -> Hit:
    hours = time_range(session.starts, session.ends)
    facts = [session.cohort.name, f"{weekday_date(session.starts)} {hours}", session.place]
    url = reverse("sessions:session", args=[session.pk])
    return Hit(str(session.module), " · ".join(fact for fact in facts if fact), url)


def _venues(user: User, text: str, now: datetime) -> QuerySet[Venue]:
    return Venue.objects.visible_to(user).search(text)


def _venue(user: User, venue: Venue) -> Hit:
    return Hit(venue.name, f"{venue.address}, {venue.town}", reverse("sessions:venue", args=[venue.pk]))


def _lecturers(user: User, text: str, now: datetime) -> QuerySet[Lecturer]:
    return Lecturer.objects.visible_to(user).coordinated_by(user).search(text)


def _lecturer(user: User, lecturer: Lecturer) -> Hit:
    return Hit(lecturer.name, lecturer.organisation, reverse("sessions:lecturer", args=[lecturer.pk]))


def _programmes(user: User, text: str, now: datetime) -> QuerySet[Programme]:
    return Programme.objects.visible_to(user).coordinated_by(user).search(text)


def _programme(user: User, programme: Programme) -> Hit:
    return Hit(programme.title, "", reverse("cohorts:programme", args=[programme.pk]))


SUBJECTS = {
    "personer": Subject(gettext_lazy("Participants"), "user", Permission.ENROL, _people, _person),
    "omgangar": Subject(gettext_lazy("Cohorts"), "users", Permission.ENROL, _cohorts, _cohort),
    "tillfallen": Subject(gettext_lazy("Sessions"), "calendar", Permission.SEARCH, _sessions, _session),
    "lokaler": Subject(gettext_lazy("Venues"), "map-pin", Permission.PLAN, _venues, _venue),
    "forelasare": Subject(gettext_lazy("Lecturers"), "presentation", Permission.PLAN, _lecturers, _lecturer),
    "utbildningsprogram": Subject(gettext_lazy("Programmes"), "book-open", Permission.PLAN, _programmes, _programme),
}
