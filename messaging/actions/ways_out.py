"""What a coordinator does about a message that may not have arrived. Each way out is open to whoever is first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from common.locking import lock
from common.wakeup import wake_on_commit
from messaging import kinds
from messaging.actions.again import note, queue_again
from messaging.choices import Channel, EventKind, State, WayOut
from messaging.exceptions import MessageRefused
from messaging.models import Message
from messaging.rules import NOT_ARRIVED, ways_out

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def resend(*, message: Message, by: User, now: datetime) -> None:
    """Send `message` again to the same address. Raises MessageRefused."""
    current = _open_to(WayOut.RESEND, message, now=now)
    queue_again(current, EventKind.RESENT, by=by, now=now)
    _log("message.resent", current, by=by, now=now)
    wake_on_commit("messaging.tasks.dispatch")


@transaction.atomic
def correct_and_resend(*, message: Message, recipient: str, by: User, now: datetime) -> None:
    """Send `message` to `recipient` instead. The evidence keeps both addresses. Raises MessageRefused.

    Only this message: where the address is kept, it is corrected by the app that keeps it.
    """
    current = _open_to(WayOut.CORRECT, message, now=now)
    if recipient == current.recipient:
        raise MessageRefused(_("That is the address to which it was sent."))
    detail = f"{current.recipient} → {recipient}"
    queue_again(current, EventKind.CORRECTED, by=by, now=now, detail=detail, recipient=recipient, provider_reference="")
    before, after = {"recipient": current.recipient}, {"recipient": recipient}
    _log("message.corrected", current, by=by, now=now, before=before, after=after)
    wake_on_commit("messaging.tasks.dispatch")


@transaction.atomic
def treat_as_sent(*, message: Message, by: User, now: datetime) -> None:
    """Say of an uncertain `message` that it has arrived. Raises MessageRefused."""
    current = _open_to(WayOut.TREAT_AS_SENT, message, now=now)
    Message.objects.filter(pk=current.pk).update(state=State.SENT, finished=now, error="")
    note(current, EventKind.TREATED_AS_SENT, by=by, now=now)
    _log("message.treated_as_sent", current, by=by, now=now)


@transaction.atomic
def settle_otherwise(*, message: Message, by: User, now: datetime) -> None:
    """Say of a `message` that didn't arrive that its receiver knows, or need not. Raises MessageRefused."""
    current = _open_to(WayOut.SETTLE, message, now=now)
    Message.objects.filter(pk=current.pk).update(settled=now)
    note(current, EventKind.SETTLED, by=by, now=now)
    _log("message.settled", current, by=by, now=now)


def open_ways(message: Message, *, now: datetime) -> list[WayOut]:
    """What can be done about `message` as it is now."""
    kind = kinds.find(message.kind)
    # An SMS goes to a number whose owner has shown that it is hers, which nobody else can do.
    fixed = message.channel == Channel.SMS or (kind is not None and kind.fixed_address)
    found = ways_out(State(message.state), expires=message.expires, settled=message.settled, fixed=fixed, now=now)
    return found if kind else [way for way in found if way not in (WayOut.RESEND, WayOut.CORRECT)]


def _open_to(way: WayOut, message: Message, *, now: datetime) -> Message:
    """Lock `message` and make sure that `way` is still open."""
    current = lock(message)
    kind = kinds.find(current.kind)
    if way in open_ways(current, now=now):
        if kind and way in (WayOut.RESEND, WayOut.CORRECT) and not kind.still_holds(current, now):
            raise MessageRefused(_("What it says isn't true any more. It can't be sent again."))
        return current
    state = State(current.state)
    if state not in NOT_ARRIVED or current.settled or way in (WayOut.TREAT_AS_SENT, WayOut.SETTLE):
        raise MessageRefused(_("It has been taken care of meanwhile: %(state)s.") % {"state": state.label})
    if current.expires <= now:
        raise MessageRefused(_("It comes too late now. It can't be sent again."))
    if kind is None:
        raise MessageRefused(_("This release of the portal doesn’t know this kind of message any more."))
    if current.channel == Channel.SMS:
        raise MessageRefused(_("An SMS goes only to the number that its receiver has confirmed herself."))
    raise MessageRefused(_("Only its receiver may read it. Invite the person anew, with the right address."))


def _log(action: str, message: Message, *, by: User, now: datetime, **values: Any) -> None:
    record(action, message, by=by, now=now, scope=message.scope, **values)
