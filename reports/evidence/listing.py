"""Messages as rows of a list: whose they are by name, how far each has come, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common.spreadsheets import xlsx
from messaging import kinds
from messaging.choices import State
from messaging.models import Message
from reports.evidence.receivers import names_of

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
    """One message, `with_delivered`. `name` is the receiver's, "" if that is nobody known."""

    message: Message
    name: str

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
    def delivered(self) -> datetime | None:
        """When it arrived, if a provider said so and nobody said otherwise since."""
        return self.message.delivered if self.message.state == State.DELIVERED else None

    @property
    def sent(self) -> datetime | None:
        """When it was handed over, if it was."""
        gone = self.message.state in (State.SENT, State.DELIVERED, State.BOUNCED, State.UNCERTAIN)
        return self.message.handed_over if gone else None


def rows_of(messages: Iterable[Message], *, user: User) -> list[Row]:
    """The messages as rows, in three queries beside their own. `messages` come `with_delivered`."""
    messages = list(messages)
    names = names_of(messages, user=user)
    return [Row(message, names[message.pk]) for message in messages]


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
