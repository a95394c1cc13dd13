"""What a coordinator has to do, derived from how things stand: nothing is stored, what is solved is gone.

In eleven queries however much there is. What is to be done about messages is asked for by the page when it is there, in
three more (reports/evidence/todo.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.choices import CohortStatus
from cohorts.models import Cohort
from common.clock import local_date
from participants.choices import EnrolmentStatus
from participants.models import Offer
from participants.rules.seats import Seats, last_minute
from participants.seating import seats_of_each
from reports.colleagues import about_invitations, about_municipalities
from reports.items import Group, Item, grouped
from reports.rules import todo as rules
from reports.rules.todo import Matter, Trouble
from reports.spending import about_sms
from sessions.clashes.calendar import Calendar, Obstacle
from sessions.clashes.reading import calendar_between
from sessions.models import CohortSession, TeachingRequest

AS_FAR_AS_ANYONE_PLANS = timedelta(days=3 * 366)
THIS_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class OpenCohort:
    """A cohort that takes applications, and its seats."""

    cohort: Cohort
    seats: Seats

    @property
    def taken(self) -> int:
        return self.seats.capacity - self.seats.free


@dataclass(frozen=True)
class Overview:
    """Everything that the page shows. `coming` are the sessions of the week to come, `next` the one after now.

    `nothing_ahead` says that there is neither a draft nor a cohort with a session to come.
    """

    groups: Sequence[Group]
    coming: Sequence[CohortSession]
    open_cohorts: Sequence[OpenCohort]
    next: CohortSession | None
    closes_next: Cohort | None
    nothing_ahead: bool

    @property
    def total(self) -> int:
        return sum(len(group.items) for group in self.groups)


def overview_of(user: User, *, now: datetime, unfolded: str = "") -> Overview:
    """What `user` has to do in the regions that she coordinates; the group named `unfolded` is shown whole."""
    today = local_date(now)
    calendar = calendar_between(user.coordinated_region_ids, first=today, last=today + AS_FAR_AS_ANYONE_PLANS)
    coming = sorted(
        (session for session in calendar.sessions.values() if session.ends > now), key=lambda one: one.starts
    )
    cohorts = list(_cohorts(user, now=now))
    seats = seats_of_each(cohorts, today=today)
    items = [
        *_clashes(coming, calendar, today=today),
        *_missing(coming, _questions(user, now=now), today=today, now=now),
        *_registers(user, today=today, now=now),
        *_about_cohorts(cohorts, seats, coming, today=today),
        *about_municipalities(user, cohorts, now=now),
        *about_invitations(user, now=now),
        *about_sms(user, now=now),
    ]
    open_cohorts = [OpenCohort(cohort, seats[cohort.pk]) for cohort in cohorts if cohort.is_open_for_application(today)]
    announced = [session for session in coming if session.cohort.status != CohortStatus.DRAFT]
    return Overview(
        groups=grouped(items, unfolded),
        coming=[session for session in announced if session.starts <= now + THIS_WEEK],
        open_cohorts=open_cohorts,
        next=next(iter(announced), None),
        closes_next=min((row.cohort for row in open_cohorts), key=lambda one: one.applications_close, default=None),
        nothing_ahead=not cohorts,
    )


def _cohorts(user: User, *, now: datetime) -> QuerySet[Any]:
    """Drafts, and published cohorts with a session to come.

    With `applied`, how many applications wait for approval, and `first_applied`, the moment of the first of them; with
    `offered`, how many offers soon go to somebody else, and `first_expires`, when the first of them does.
    """
    ahead = CohortSession.objects.held_or_planned().filter(cohort=OuterRef("pk"), ends__gt=now)
    to_approve = Q(enrolments__status=EnrolmentStatus.APPLIED)
    offered = Q(enrolments__offers__in=Offer.objects.expiring(now=now))
    return (
        Cohort.objects.visible_to(user)
        .coordinated_by(user)
        .select_related("programme__region")
        .filter(Q(status=CohortStatus.DRAFT) | Q(Exists(ahead), status=CohortStatus.PUBLISHED))
        .annotate(
            applied=Count("enrolments", filter=to_approve, distinct=True),
            first_applied=Min("enrolments__applied", filter=to_approve),
            offered=Count("enrolments__offers", filter=offered, distinct=True),
            first_expires=Min("enrolments__offers__expires", filter=offered),
        )
        .order_by("applications_close", "name", "pk")
    )


def _clashes(coming: Iterable[CohortSession], calendar: Calendar, *, today: date) -> Iterator[Item]:
    """A clash of two sessions is one thing to do: it is told of the first of them."""
    told = set()
    obstacles = calendar.all_obstacles()
    for session in coming:
        new: list[Obstacle] = []
        for obstacle in obstacles.get(session.pk, ()):
            pair = obstacle.kind, frozenset({session.pk, obstacle.other.pk if obstacle.other else obstacle.text})
            if pair not in told:
                told.add(pair)
                new.append(obstacle)
        if new:
            yield Item(Matter.CLASH, session.day, today, session.cohort, session, [str(obstacle) for obstacle in new])


def _questions(user: User, *, now: datetime) -> Mapping[UUID, Mapping[UUID, TeachingRequest]]:
    """The latest question about each coming session to each lecturer, by the ids of both."""
    found: dict[UUID, dict[UUID, TeachingRequest]] = defaultdict(dict)
    asked = TeachingRequest.objects.visible_to(user).filter(session__starts__gt=now).order_by("asked", "pk")
    for question in asked.select_related("lecturer"):
        found[question.session_id][question.lecturer_id] = question
    return found


def _missing(
    coming: Iterable[CohortSession],
    questions: Mapping[UUID, Mapping[UUID, TeachingRequest]],
    *,
    today: date,
    now: datetime,
) -> Iterator[Item]:
    for session in coming:
        draft = session.cohort.status == CohortStatus.DRAFT
        if not rules.must_be_furnished(session.starts, draft=draft, now=now):
            continue
        if not session.has_place:
            yield Item(Matter.VENUE, session.day, today, session.cohort, session)
        asked = questions.get(session.pk, {})
        trouble = rules.trouble_with_lecturers(
            {lecturer.pk for lecturer in session.lecturers.all()},
            [rules.Asked(pk, question.status, local_date(question.asked)) for pk, question in asked.items()],
            today=today,
        )
        if trouble:
            yield Item(Matter.LECTURER, session.day, today, session.cohort, session, _why(*trouble, asked, today=today))


def _why(
    trouble: Trouble, lecturer: UUID | None, asked: Mapping[UUID, TeachingRequest], *, today: date
) -> Sequence[str]:
    if lecturer is None:
        return ()
    name = asked[lecturer].lecturer.name
    if trouble == Trouble.DECLINED:
        return [_("%(lecturer)s has declined.") % {"lecturer": name}]
    days = (today - local_date(asked[lecturer].asked)).days
    return [
        ngettext(
            "%(lecturer)s has not answered for %(days)d day.", "%(lecturer)s has not answered for %(days)d days.", days
        )
        % {"lecturer": name, "days": days}
    ]


def _registers(user: User, *, today: date, now: datetime) -> Iterator[Item]:
    sessions = CohortSession.objects.visible_to(user).coordinated_by(user).unmarked(now=now)
    for session in sessions.select_related("cohort", "module"):
        yield Item(Matter.REGISTER, rules.register_due(session.day), today, session.cohort, session)


def _about_cohorts(
    cohorts: Iterable[Any], seats: Mapping[UUID, Seats], coming: Sequence[CohortSession], *, today: date
) -> Iterator[Item]:
    next_day = {session.cohort_id: session.day for session in reversed(coming)}
    for cohort in cohorts:
        draft = cohort.status == CohortStatus.DRAFT
        if rules.must_be_published(cohort.applications_open, draft=draft, today=today):
            yield Item(
                Matter.PUBLISH, cohort.applications_open, today, cohort, reasons=[_to_publish(cohort, today=today)]
            )
        if cohort.applied:
            due = rules.answer_due(local_date(cohort.first_applied))
            yield Item(Matter.APPROVAL, due, today, cohort, reasons=[_applications(cohort.applied)])
        if cohort.offered:
            moment = localtime(last_minute(cohort.first_expires))
            yield Item(Matter.OFFER, moment.date(), today, cohort, reasons=[_offers(cohort.offered, moment)])
        lucky = seats[cohort.pk].could_be_seated()
        if lucky and not draft:
            yield Item(Matter.SEAT, next_day.get(cohort.pk, today), today, cohort, reasons=[_seats(lucky)])


def _to_publish(cohort: Cohort, *, today: date) -> str:
    if cohort.applications_close < today:
        text = _("A draft whose last day of application was %(day)s.")
        return text % {"day": date_format(cohort.applications_close)}
    if cohort.applications_open <= today:
        text = _("A draft in which managers were to apply from %(day)s.")
    else:
        text = _("A draft in which managers are to apply from %(day)s.")
    return text % {"day": date_format(cohort.applications_open)}


def _applications(number: int) -> str:
    text = ngettext(
        "%(number)d application waits for an answer.", "%(number)d applications wait for an answer.", number
    )
    return text % {"number": number}


def _offers(number: int, answer_by: datetime) -> str:
    text = ngettext(
        "%(number)d offer waits for an answer until %(moment)s.",
        "%(number)d offers wait for an answer, the first until %(moment)s.",
        number,
    )
    return text % {"number": number, "moment": date_format(answer_by, "DATETIME_FORMAT")}


def _seats(number: int) -> str:
    text = ngettext(
        "%(number)d person on the waiting list can have a seat.",
        "%(number)d people on the waiting list can have a seat.",
        number,
    )
    return text % {"number": number}
