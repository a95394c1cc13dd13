"""One thing to do as the overview shows it: how soon it matters, why, and the button to where it is solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cohorts.models import Cohort
from messaging.choices import WayOut
from messaging.models import Message
from reports.rules.todo import Matter, Urgency, in_order, urgency
from sessions.models import CohortSession

ROWS_AT_FIRST = 5
URGENCY_TONES = {Urgency.OVERDUE: "error", Urgency.SOON: "warning", Urgency.LATER: "neutral"}


@dataclass(frozen=True)
class Kind:
    """How a matter is shown, and where it is solved: the page of its session or of its cohort, and the place there."""

    title: str | Promise
    tone: str
    icon: str
    button: str | Promise
    page: str
    place: str = ""


KINDS = {
    Matter.CHANNEL: Kind(
        gettext_lazy("Messages don’t go out"), "error", "send", gettext_lazy("See why"), "reports:channels"
    ),
    Matter.MESSAGE: Kind(
        gettext_lazy("Messages that may not have arrived"),
        "error",
        "mail-question-mark",
        gettext_lazy("Look at it"),
        "reports:message",
    ),
    Matter.CLASH: Kind(
        gettext_lazy("Clashes"), "error", "octagon-alert", gettext_lazy("Solve the clash"), "sessions:edit_session"
    ),
    Matter.VENUE: Kind(
        gettext_lazy("Venue missing"),
        "warning",
        "map-pin",
        gettext_lazy("Choose a venue"),
        "sessions:edit_session",
        "#div_id_venue",
    ),
    Matter.LECTURER: Kind(
        gettext_lazy("Lecturer missing"),
        "warning",
        "presentation",
        gettext_lazy("Choose a lecturer"),
        "sessions:edit_session",
        "#div_id_lecturers",
    ),
    Matter.PUBLISH: Kind(
        gettext_lazy("To publish"), "information", "send", gettext_lazy("Look and publish"), "sessions:cohort"
    ),
    Matter.REGISTER: Kind(
        gettext_lazy("Attendance missing"),
        "warning",
        "list-todo",
        gettext_lazy("Mark attendance"),
        "sessions:register",
    ),
    Matter.APPROVAL: Kind(
        gettext_lazy("Waiting for approval"),
        "waiting",
        "clock",
        gettext_lazy("Look at the applications"),
        "participants:cohort_inbox",
    ),
    Matter.OFFER: Kind(
        gettext_lazy("Offers about to expire"),
        "waiting",
        "armchair",
        gettext_lazy("Look at the offers"),
        "participants:cohort",
        "#offers",
    ),
    Matter.SEAT: Kind(
        gettext_lazy("Waiting though there are seats"),
        "waiting",
        "armchair",
        gettext_lazy("Give a seat"),
        "participants:cohort",
        "#waiting",
    ),
    Matter.CONTACT: Kind(
        gettext_lazy("Contacts of the municipalities"),
        "warning",
        "building-2",
        gettext_lazy("See which"),
        "participants:contacts",
    ),
    Matter.INVITATION: Kind(
        gettext_lazy("Invitations without an answer"),
        "waiting",
        "mail-question-mark",
        gettext_lazy("Send again"),
        "accounts:resend_invitations",
    ),
    Matter.SMS: Kind(
        gettext_lazy("SMS that were not sent"),
        "warning",
        "smartphone",
        gettext_lazy("Look at the limit"),
        "regions:settings",
        "#div_id_sms_parts_per_month",
    ),
}


@dataclass(frozen=True)
class Item:
    """One thing to do about a session, or else about a cohort or a message, or else about what `subject` says.

    `due` is the local day by which it matters; `query` narrows down the list where several such are solved; `ways` are
    what can be done about a message in place.
    """

    matter: Matter
    due: date
    today: date
    cohort: Cohort | None = None
    session: CohortSession | None = None
    reasons: Sequence[str] = ()
    subject: str = ""
    query: str = ""
    message: Message | None = None
    ways: Sequence[WayOut] = ()

    @property
    def title(self) -> str:
        """What it is about, in a line."""
        if self.cohort is None:
            return self.subject
        return f"{self.cohort}, {self.session.module}" if self.session else str(self.cohort)

    @property
    def url(self) -> str:
        """Straight to where it is solved."""
        kind, about = KINDS[self.matter], self.session or self.cohort or self.message
        return reverse(kind.page, args=[about.pk] if about else []) + self.query + kind.place

    @property
    def tone(self) -> str:
        return URGENCY_TONES[urgency(self.due, today=self.today)]

    @property
    def when(self) -> str:
        """How soon it matters, in a word or two."""
        days = (self.due - self.today).days
        if days < 0:
            return _("Overdue")
        if days < 2:
            return _("Tomorrow") if days else _("Today")
        if days < 21:
            return ngettext("Within %(days)d day", "Within %(days)d days", days) % {"days": days}
        weeks = round(days / 7)
        return ngettext("Within %(weeks)d week", "Within %(weeks)d weeks", weeks) % {"weeks": weeks}


@dataclass(frozen=True)
class Group:
    """All there is to do of one kind, the most urgent first; `shown` are the first of them, unless all are wanted."""

    matter: Matter
    items: Sequence[Item]
    shown: Sequence[Item]

    @property
    def kind(self) -> Kind:
        return KINDS[self.matter]


def grouped(items: Collection[Item], unfolded: str) -> list[Group]:
    """By kind, the kind with the most urgent item first; the group named `unfolded` is shown whole."""
    groups: dict[Matter, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda one: in_order(one.due, one.matter)):
        groups[item.matter].append(item)
    return [
        Group(matter, found, found if matter == unfolded else found[:ROWS_AT_FIRST]) for matter, found in groups.items()
    ]
