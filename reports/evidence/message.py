"""One message as its page shows it: whom and what it is about, its story, what can be done, and its text."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import kinds
from messaging.actions import open_ways
from messaging.choices import WayOut
from messaging.kinds import Content
from messaging.models import Message
from messaging.texts.words import in_force
from participants.models import Participant
from reports.evidence.listing import Row, rows_of
from reports.evidence.story import Step, story_of
from sessions.messages.concerned import ABOUT
from sessions.models import CohortSession

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Link:
    """What a message is about, and where that is."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class Shown:
    """A message for its page. `ways` are those that are open now."""

    row: Row
    steps: Sequence[Step]
    links: Sequence[Link]
    ways: Sequence[WayOut]

    @property
    def message(self) -> Message:
        return self.row.message

    @cached_property
    def can_correct(self) -> bool:
        return WayOut.CORRECT in self.ways


def shown(message: Message, *, user: User, now: datetime) -> Shown:
    """`message` as `user` may read of it. It comes `with_delivered`, with its attempts and events."""
    [row] = rows_of([message], user=user)
    return Shown(row, story_of(message), list(_links(message, user)), open_ways(message, now=now))


def text_of(message: Message) -> Content | str:
    """What it would say now, or why that can't be shown."""
    kind = kinds.find(message.kind)
    if kind is None:
        return _("This release of the portal doesn’t know this kind of message any more.")
    if kind.is_secret:
        return _("It holds a link or a code for its receiver only. Nobody else may read it.")
    if kind.text:
        # The same words, but without the link by which only its receiver chooses.
        message.wording = in_force(kind.text, scope=message.scope, kind=kind.name, language=message.language)
    try:
        with translation.override(message.language):
            return kind.render(message)
    except Exception:
        logger.info("the text of message %s can't be made any more", message.pk, exc_info=True)
        return _("Its text can’t be made any more, since what it told of is gone.")


def _links(message: Message, user: User) -> list[Link]:
    """The person and the sessions that it is about, as far as its refs say."""
    refs = message.refs
    people = Participant.objects.coordinated_by(user).filter(
        Q(pk__in=_ids(refs.get("person"), refs.get("participant"))) | Q(enrolments__in=_ids(refs.get("enrolment")))
    )
    named = [name.removeprefix(ABOUT) for name in refs if name.startswith(ABOUT)]
    sessions = CohortSession.objects.visible_to(user).filter(pk__in=_ids(refs.get("session"), *named))
    return [
        *(
            Link(_("Person"), str(person), reverse("certificates:person", args=[person.pk]))
            for person in people.distinct()
        ),
        *(
            Link(_("Session"), f"{session.cohort}, {session.module}", reverse("sessions:session", args=[session.pk]))
            for session in sessions.select_related("cohort", "module").order_by("starts")
        ),
    ]


def _ids(*found: str | None) -> list[str]:
    return [pk for pk in found if pk]
