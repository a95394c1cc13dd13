"""What a coordinator has to do about messages: those that may not have arrived, and channels on which none go out."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from common.clock import local_date
from messaging import kinds
from messaging.actions import open_ways
from messaging.choices import State
from messaging.models import Message, Pause
from reports.items import Group, Item, grouped
from reports.rules.todo import Matter, message_due


def todo_of(user: User, *, now: datetime, unfolded: str = "") -> list[Group]:
    """What `user` has to do about messages; the group named `unfolded` is shown whole."""
    return grouped([*_about_channels(now=now), *_about_messages(user, now=now)], unfolded)


def _about_messages(user: User, *, now: datetime) -> Iterator[Item]:
    """Each message of her regions that may not have arrived, with the ways out."""
    for message in Message.objects.visible_to(user).to_look_after(now=now):
        failed = message.finished or message.handed_over or message.due
        yield Item(
            Matter.MESSAGE,
            message_due(local_date(failed), local_date(message.expires)),
            local_date(now),
            message=message,
            ways=open_ways(message, now=now),
            subject=_("%(title)s to %(address)s")
            % {"title": kinds.title_of(message.kind), "address": message.recipient},
            reasons=[_why(message, failed)],
        )


def _about_channels(*, now: datetime) -> Iterator[Item]:
    """Each channel that rests until somebody acts. One that goes on by itself in a minute is nobody's business."""
    for pause in Pause.objects.in_force(now=now).filter(needs_somebody=True):
        yield Item(
            Matter.CHANNEL,
            local_date(pause.since),
            local_date(now),
            subject=pause.get_channel_display(),
            reasons=[
                _(
                    "The server refuses the portal since %(moment)s. Somebody who runs the portal has to look at its "
                    "log-in and its settings."
                )
                % {"moment": _moment(pause.since)}
            ],
        )


def _why(message: Message, failed: datetime) -> str:
    text = {
        State.UNCERTAIN: _("Handed over %(moment)s, and nobody answered."),
        State.BOUNCED: _("Sent %(moment)s, and came back."),
        State.DEAD: _("It was refused %(moment)s."),
    }[State(message.state)]
    return text % {"moment": _moment(failed)}


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
