"""How an enrolment's page shows what can be changed about it."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from participants.models import Enrolment
from participants.rules.changes import Change

KEPT = _("What has been earned is kept.")


class Shown(NamedTuple):
    """A page to go to, or with `at_once` something to do; `text` says what it is for. `url` is at first its name."""

    url: str
    label: str | Promise
    text: str | Promise
    icon: str
    at_once: bool = False


SHOWN = {
    Change.UNDO_LEAVING: Shown(
        "participants:undo_leaving",
        _("Undo"),
        _("Within a day, as long as nobody else has the seat."),
        "undo-2",
        at_once=True,
    ),
    Change.PLACE: Shown("participants:place", _("Place in a cohort"), KEPT, "calendar-plus"),
    Change.SUBSTITUTE: Shown(
        "participants:substitute",
        _("Let a substitute take over"),
        _("Someone else from the same municipality, before the first session."),
        "arrow-right-left",
    ),
    Change.DEFER: Shown("participants:defer", _("Defer to a later cohort"), KEPT, "calendar-clock"),
    Change.CHANGE_MANAGER: Shown(
        "participants:change_manager",
        _("Hand over to another manager"),
        _("Someone else in the municipality follows the person."),
        "users",
    ),
    Change.TRANSFER: Shown(
        "participants:transfer",
        _("Record a change of employer"),
        _("The enrolment follows the person to another municipality."),
        "building-2",
    ),
    Change.WITHDRAW: Shown(
        "participants:withdraw",
        _("Withdraw the enrolment"),
        _("A seat that becomes free is offered to the next who waits."),
        "user-x",
    ),
    Change.UNDO_REGISTRATION: Shown(
        "sessions:undo_registration",
        _("Undo a wrong registration"),
        _("For someone who should not have been enrolled at all: the enrolment is deleted."),
        "trash-2",
    ),
}


def shown_changes(enrolment: Enrolment, changes: Iterable[Change]) -> list[Shown]:
    """Each of `changes`, with its address."""
    return [shown._replace(url=reverse(shown.url, args=[enrolment.pk])) for shown in map(SHOWN.__getitem__, changes)]
