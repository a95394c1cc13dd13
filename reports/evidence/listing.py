"""Messages as rows of a list: whose they are by name, how far each has come, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import RoleAssignment, User
from common.spreadsheets import xlsx
from messaging import kinds
from messaging.choices import EventKind, State
from messaging.models import Message
from participants.models import Participant
from sessions.models import Lecturer

TONES = {
    State.QUEUED: ("waiting", "clock"),
    State.SENDING: ("information", "send"),
    State.SENT: ("ok", "send"),
    State.DELIVERED: ("ok", "circle-check"),
    State.BOUNCED: ("error", "octagon-alert"),
    State.DEAD: ("error", "octagon-alert"),
    State.UNCERTAIN: ("warning", "mail-question-mark"),
    State.CANCELLED: ("neutral", "ban"),
    State.EXPIRED: ("neutral", "calendar-clock"),
    State.WITHHELD: ("neutral", "ban"),
}


@dataclass(frozen=True)
class Row:
    """One message. `name` is the receiver's, "" if nobody has the address; `delivered` when a provider said so."""

    message: Message
    name: str
    delivered: datetime | None

    @property
    def title(self) -> str:
        return kinds.title_of(self.message.kind)

    @property
    def tone(self) -> str:
        return TONES[State(self.message.state)][0]

    @property
    def icon(self) -> str:
        return TONES[State(self.message.state)][1]

    @property
    def sent(self) -> datetime | None:
        """When it was handed over, if it was."""
        gone = self.message.state in (State.SENT, State.DELIVERED, State.BOUNCED, State.UNCERTAIN)
        return self.message.handed_over if gone else None


def rows_of(messages: Iterable[Message], *, user: User) -> list[Row]:
    """The messages as rows, in three queries beside their own. `messages` come with their events."""
    messages = list(messages)
    names = names_of({message.recipient for message in messages}, user=user)
    return [Row(message, names.get(message.recipient.casefold(), ""), _delivered(message)) for message in messages]


def names_of(addresses: Collection[str], *, user: User) -> dict[str, str]:
    """Whose addresses these are, by address in small letters, among those whom `user` sees."""
    wanted = {*addresses, *(address.casefold() for address in addresses)}
    roles = RoleAssignment.objects.visible_to(user).filter(user__email__in=wanted).select_related("user")
    people: list[Lecturer | User | Participant] = [
        *Lecturer.objects.visible_to(user).filter(email__in=wanted),
        *(role.user for role in roles),
        *Participant.objects.visible_to(user).filter(email__in=wanted),
    ]
    return {person.email.casefold(): str(person) for person in people}


def _delivered(message: Message) -> datetime | None:
    reports = [event.at for event in message.events.all() if event.kind == EventKind.DELIVERED]
    return max(reports) if reports and message.state == State.DELIVERED else None


def spreadsheet_of(rows: Iterable[Row]) -> bytes:
    """The same as an .xlsx file."""
    headings = [
        _("Message"),
        _("Receiver"),
        pgettext("message", "Address"),
        _("Channel"),
        _("Due"),
        _("Status"),
        _("Sent"),
        _("Delivered"),
        _("Tries"),
        _("What the server said"),
    ]
    return xlsx(_("Messages"), headings, (_cells(row) for row in rows))


def _cells(row: Row) -> Sequence[str]:
    message = row.message
    return [
        row.title,
        row.name,
        message.recipient,
        message.get_channel_display(),
        _moment(message.due),
        message.get_state_display(),
        _moment(row.sent),
        _moment(row.delivered),
        str(message.tries),
        message.error,
    ]


def _moment(moment: datetime | None) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""
