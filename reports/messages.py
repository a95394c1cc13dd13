"""The monthly digest for managers who asked for it, instead of a mail per event: on the month's first working day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from common.clock import at, local_date
from messaging.choices import Topic
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message, TopicChoice
from messaging.rendering import render as render_template
from messaging.texts.text import Example, Placeholder, Text
from messaging.texts.words import words
from participants.models import Enrolment
from regions.models import Region
from reports.digest import Digest, digest_of
from sessions.messages.recipients import keys_since
from sessions.placeholders import RECEIVER, REGION
from sessions.rules.days import working_day
from sessions.rules.plans import EIGHT

NAME = "manager.digest"
KEPT = timedelta(days=3)  # later than this it is no news of the month
SOME = 20  # examples to choose among


def due_in(month: date) -> datetime:
    """Eight o'clock on the first working day of the month in which the day is."""
    return at(working_day(month.replace(day=1)), EIGHT)


def materialise(now: datetime) -> Iterator[Draft]:
    """A digest for each manager who wants it and has somebody to read of. Takes three queries on those days, else none.

    Which digests would be empty, and so aren't sent, shows when they are written.
    """
    month = local_date(now).replace(day=1)
    due = due_in(month)
    if not due <= now < due + KEPT:
        return
    queued, wanting = keys_since(NAME, due), set(TopicChoice.objects.wanting(Topic.DIGEST))
    found: dict[tuple[UUID, UUID], Draft] = {}
    for role in _managers_with_people():
        region = role.municipality.region_id if role.municipality else None
        if region and role.user.email.lower() in wanting:
            found[role.user_id, region] = Draft.to(
                role.user,
                kind=NAME,
                key=f"digest:{month:%Y-%m}:{region}:{role.user_id}",
                due=due,
                expires=KEPT,
                scope=region,
                user=role.user_id,
                region=region,
            )
    yield from (draft for draft in found.values() if draft.key not in queued)


def still_holds(message: Message, now: datetime) -> bool:
    """While she is an active manager in the region, and there is something to read."""
    roles = RoleAssignment.objects.filter(
        user=message.refs["user"], role=Role.MANAGER, municipality__region=message.refs["region"], user__is_active=True
    )
    return roles.exists() and not _digest(message).is_empty


def render(message: Message) -> Content:
    """How her people stand at the time at which the digest is due."""
    region = Region.objects.get(pk=message.refs["region"])
    user = User.objects.get(pk=message.refs["user"])
    context = {
        "words": words(
            message,
            first_name=user.first_name,
            region=region,
            month=date_format(local_date(message.due), "YEAR_MONTH_FORMAT"),
        ),
        "digest": _digest(message),
        "region": region,
        "url": settings.BASE_URL + reverse("certificates:people"),
    }
    return render_template("reports/mail/digest", context, language=message.language)


def _digest(message: Message) -> Digest:
    """Since the last one, which came the month before."""
    user = User.objects.get(pk=message.refs["user"])
    region = Region.objects.get(pk=message.refs["region"])
    month_before = local_date(message.due).replace(day=1) - timedelta(days=1)
    return digest_of(user, region, since=due_in(month_before), now=message.due)


def _managers_with_people() -> Iterator[RoleAssignment]:
    """The active managers of the municipalities from which somebody takes part or may come to."""
    municipalities = Enrolment.objects.going_on().values("municipality")
    roles = RoleAssignment.objects.filter(role=Role.MANAGER, municipality__in=municipalities, user__is_active=True)
    yield from roles.select_related("user", "municipality").order_by("pk")


def _examples(region: UUID, now: datetime) -> Iterator[Example]:
    """Some of the region's managers, as if it were sent to them now."""
    roles = RoleAssignment.objects.filter(role=Role.MANAGER, municipality__region=region, user__is_active=True)
    for role in roles.select_related("user", "municipality").order_by("municipality__name", "pk")[:SOME]:
        label = f"{role.user} · {role.municipality}"
        yield Example(label, role.user.email, {"user": role.user_id, "region": region})


MONTH = Placeholder(
    "month",
    pgettext_lazy("placeholder name", "month"),
    pgettext_lazy("placeholder", "the month"),
    pgettext_lazy("example", "April 2026"),
)
DIGEST = Kind(
    name=NAME,
    render=render,
    still_holds=still_holds,
    materialise=materialise,
    daytime_only=True,
    title=pgettext_lazy("message", "Monthly summary"),
    topic=Topic.DIGEST,
    text=Text(
        subject=_("Your people in {month}"),
        body=_("Hello {first_name}!\n\nThis is how your people stand in the training of {region}.\n\n{facts}"),
        placeholders=(RECEIVER, REGION, MONTH),
        to=_("Each manager, about the people of her municipality"),
        when=_("On the first working day of each month, unless there is nothing to tell"),
        facts=_("offers to answer, progress, absences, certificates, coming sessions, and a button to the list"),
        examples=_examples,
    ),
)
