"""What each need is called, why a person has it, and the one button that helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from certificates.choices import Need
from certificates.people.everyone import Everyone, Line
from common.clock import local_date
from participants.changing import coordinates
from participants.choices import EnrolmentStatus
from participants.models import Enrolment
from participants.rules.seats import EXPIRES_SOON
from participants.seating import positions, seats_of_each


@dataclass(frozen=True)
class Kind:
    """How a need is shown, and what whoever follows these people should know of it."""

    need: Need
    tone: str
    icon: str
    text: str | Promise


KINDS = {
    kind.need: kind
    for kind in (
        Kind(
            Need.OFFER,
            "warning",
            "armchair",
            gettext_lazy("A seat is kept for them until their manager answers, or the time runs out."),
        ),
        Kind(
            Need.NOT_PLACED,
            "warning",
            "users",
            gettext_lazy("Deferred without a new cohort, or still waiting for one that begins without them."),
        ),
        Kind(
            Need.ABSENT_TWICE,
            "error",
            "user-x",
            gettext_lazy("Absent from two sessions or more without an excuse, and nothing of it made up."),
        ),
        Kind(
            Need.NOT_LOGGED_IN,
            "information",
            "log-in",
            gettext_lazy("Their cohort has begun, and they have never logged in: they may not know what is there."),
        ),
        Kind(
            Need.WAITING,
            "waiting",
            "clock",
            gettext_lazy("A seat that becomes free is offered to whoever's turn it is."),
        ),
    )
}


@dataclass(frozen=True)
class Card:
    """A need with the number of those who have it."""

    kind: Kind
    count: int

    @property
    def label(self) -> str:
        return str(self.kind.need.label)

    @property
    def tone(self) -> str:
        return self.kind.tone

    @property
    def icon(self) -> str:
        return self.kind.icon

    @property
    def url(self) -> str:
        """Where those who have it are listed."""
        return f"{reverse('certificates:people')}?need={self.kind.need}#list"


@dataclass(frozen=True)
class Task:
    """One thing to do about one person: why, and the button."""

    kind: Kind
    tone: str
    text: str
    button: str
    url: str


def cards_of(people: Everyone) -> list[Card]:
    """Every need that someone has, the most pressing first."""
    counts = people.count("need")
    return [Card(KINDS[need], counts[need]) for need in Need if counts[need]]


def tasks_of(
    enrolment: Enrolment, line: Line, *, user: User, places: Mapping[UUID, tuple[int, int]], now: datetime
) -> Iterator[Task]:
    """What is to be done about `enrolment`; `places` are those on the waiting list as far as known (`places_of`)."""
    by_coordinator = coordinates(user, enrolment)
    page = reverse("participants:enrolment", args=[enrolment.pk])
    for need in Need:
        if need not in line.needs:
            continue
        kind = KINDS[need]
        match need:
            case Need.OFFER:
                text, tone = _offer(line, kind.tone, now=now)
                button = _("See the enrolment") if by_coordinator else _("Answer the offer")
                yield Task(kind, tone, text, button, page)
            case Need.NOT_PLACED:
                if enrolment.status == EnrolmentStatus.DEFERRED:
                    url, button = reverse("participants:place", args=[enrolment.pk]), _("Choose a cohort")
                else:
                    url, button = page, _("See the enrolment")
                yield Task(kind, kind.tone, _unplaced(enrolment), button, url)
            case Need.ABSENT_TWICE:
                url = reverse("certificates:person", args=[line.participant]) + "#programmes"
                yield Task(kind, kind.tone, _absence(line), _("See what can be made up"), url)
            case Need.NOT_LOGGED_IN:
                text = _("Has never logged in, though the cohort has begun.")
                button = _("Write to %(name)s") % {"name": enrolment.participant.first_name}
                yield Task(kind, kind.tone, text, button, _letter_to(enrolment.participant.email))
            case Need.WAITING:
                text = _waiting(places.get(enrolment.pk))
                if by_coordinator:
                    url = reverse("participants:cohort", args=[enrolment.cohort_id]) + "#waiting"
                    yield Task(kind, kind.tone, text, _("Give a seat"), url)
                else:
                    yield Task(kind, kind.tone, text, _("See the enrolment"), page)


def places_of(lines: Iterable[Line], people: Everyone, *, now: datetime) -> dict[UUID, tuple[int, int]]:
    """The place of each of `lines` on its waiting list, and of how many. Two queries, or none if nobody can wait."""
    waited_for = {line.cohort for line in lines if Need.WAITING in line.needs}
    if not waited_for:
        return {}
    seats = seats_of_each([people.cohorts[pk] for pk in waited_for], today=local_date(now))
    return {
        enrolment: (place, len(found.waiting))
        for found in seats.values()
        for enrolment, place in positions(found).items()
    }


def _offer(line: Line, tone: str, *, now: datetime) -> tuple[str, str]:
    """Until when the offer stands: it expires at the end of a day, or of an hour if the cohort begins so soon."""
    if line.expires is None or line.expires <= now:
        return _("The time to answer has run out."), "error"
    last = line.expires - timedelta(seconds=1)
    text = _("Answer no later than %(day)s.") % {"day": date_format(local_date(last))}
    return text, "error" if line.expires - now <= EXPIRES_SOON else tone


def _unplaced(enrolment: Enrolment) -> str:
    if enrolment.status == EnrolmentStatus.DEFERRED:
        return _("Deferred, and in no new cohort yet.")
    return _("The cohort begins, and the waiting list ends with it.")


def _absence(line: Line) -> str:
    text = ngettext(
        "Absent without an excuse from module %(modules)s.",
        "Absent without an excuse from modules %(modules)s.",
        len(line.missed),
    )
    return text % {"modules": get_text_list([str(number) for number in line.missed], _("and"))}


def _waiting(place: tuple[int, int] | None) -> str:
    if place is None:
        return _("On the waiting list.")
    return _("Place %(place)d of %(total)d on the waiting list.") % {"place": place[0], "total": place[1]}


def _letter_to(email: str) -> str:
    """The address of an e-mail to write, with what it might say."""
    subject = _("Log in to Introprogram")
    body = _("Your dates and the material are at %(url)s. Log in with this e-mail address: you get a code.")
    url = settings.BASE_URL + reverse("account_login")
    return f"mailto:{quote(email)}?subject={quote(subject)}&body={quote(body % {'url': url})}"
