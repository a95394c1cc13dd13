"""What a coordinator writes to those of a cohort: one mail each, as long as they take part."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from messaging.kinds import Attachment, Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render as render_template
from messaging.texts.words import said
from participants.models import Participant
from sessions.calendars.icalendar import page_url
from sessions.messages.recipients import taking_part
from sessions.models import Announcement, Material
from sessions.placeholders import RECEIVER
from sessions.rules.announcing import is_attached

if TYPE_CHECKING:
    from sessions.announcing.audience import Reader

logger = logging.getLogger(__name__)

NAME = "announcement"
KEPT = timedelta(days=2)  # what couldn't be sent by then is old news


def drafts(announcement: Announcement, readers: Iterable[Reader], *, now: datetime) -> Iterator[Draft]:
    """One mail to each reader."""
    for reader in readers:
        yield Draft.to(
            reader,
            kind=NAME,
            key=f"{NAME}:{announcement.pk}:{reader.role}:{reader.pk}",
            due=now,
            expires=KEPT,
            scope=announcement.cohort.region.pk,
            announcement=announcement.pk,
            cohort=announcement.cohort_id,
            role=reader.role,
            person=reader.pk,
            enrolment=reader.enrolment,
        )


def still_holds(message: Message, now: datetime) -> bool:
    """While she takes part, or somebody of whom she is a manager."""
    refs = message.refs
    there = taking_part().filter(cohort=refs["cohort"])
    if refs["role"] == Role.PARTICIPANT:
        return there.filter(participant=refs["person"]).exists()
    managed = RoleAssignment.objects.filter(user=refs["person"], role=Role.MANAGER, user__is_active=True)
    return there.filter(municipality__in=managed.values("municipality")).exists()


def render(message: Message) -> Content:
    """Her words, filled in for one reader, with time and place of the session that they are about."""
    announcement = Announcement.objects.with_details().get(pk=message.refs["announcement"])
    return write(
        announcement,
        first_name=_first_name(message.refs["role"], message.refs["person"]),
        role=message.refs["role"],
        language=message.language,
    )


def write(announcement: Announcement, *, first_name: str, role: str, language: str) -> Content:
    """The mail to somebody of that name and role."""
    session = announcement.session
    values = announcement.values | {RECEIVER.key: first_name}
    file = _attachment(announcement.material)
    context = {
        "words": said(announcement.wording, values, language=language),
        "session": session,
        "url": page_url(session) if session else "",
        "material": None if file else announcement.material,
        "material_url": _url_of(announcement.material, role),
        "region": announcement.cohort.region,
    }
    return render_template("sessions/mail/announcement", context, language=language, attachments=[file] if file else [])


def _first_name(role: str, person: str) -> str:
    people = Participant.objects.all() if role == Role.PARTICIPANT else User.objects.all()
    return str(people.values_list("first_name", flat=True).get(pk=person))


def _attachment(material: Material | None) -> Attachment | None:
    """The file, if it is small enough to travel. One that is gone from the storage is linked: its page says so."""
    if material is None or not material.file or not is_attached(material.size):
        return None
    try:
        with material.file.open("rb") as file:
            return Attachment(material.filename, file.read(), material.content_type)
    except OSError:
        logger.exception("the file of the material %s can't be read", material.pk)
        return None


def _url_of(material: Material | None, role: str) -> str:
    """Where a link leads, or the page of a file; managers have none of the latter."""
    if material is None:
        return ""
    if material.url:
        return material.url
    return settings.BASE_URL + reverse("sessions:material", args=[material.pk]) if role == Role.PARTICIPANT else ""


ANNOUNCEMENT = Kind(name=NAME, render=render, still_holds=still_holds, title=_("Message from the coordinator"))
