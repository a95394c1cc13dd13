"""A text as a receiver would read it, before it is in force: on a page, and in a mail to the coordinator herself."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from common.fingerprints import fingerprint
from messaging import kinds
from messaging.kinds import Content, Draft, Kind
from messaging.models import Message
from messaging.rendering import render
from messaging.texts.text import Example, Wording
from messaging.texts.words import say, text_of
from regions.models import Region

NAME = "text.trial"
LATELY = 20  # messages among which receivers are looked for
KEPT = timedelta(hours=1)  # whoever tries a text out waits for it


def examples(kind: Kind, region: Region, *, now: datetime) -> dict[str, Example]:
    """Receivers whose message can be shown, by a short word for each: the latest who got one, and who could."""
    text = text_of(kind.name)
    if text.is_secret:
        return {}
    sent = Message.objects.filter(kind=kind.name, scope=region.pk).order_by("-due")[:LATELY]
    lately = [
        Example(f"{message.recipient}, {message.due:%Y-%m-%d}", message.recipient, message.refs) for message in sent
    ]
    found: dict[str, Example] = {}
    for example in (*text.examples(region.pk, now), *lately):
        found.setdefault(fingerprint(sorted(_plain(example.refs).items())), example)
    return found


def content(
    kind: Kind, wording: Wording, *, language: str, region: Region, example: Example | None, now: datetime
) -> Content:
    """What `example` would read, or else somebody who is made up."""
    if example:
        message = Message(
            kind=kind.name,
            scope=region.pk,
            language=language,
            recipient=example.recipient,
            refs=_plain(example.refs),
            due=now,
            expires=now + KEPT,
        )
        message.wording = wording
        try:
            with translation.override(language):
                return kind.render(message)
        except ObjectDoesNotExist:
            pass  # what the message was about has been deleted
    text = text_of(kind.name)
    with translation.override(language):
        context = {"words": say(wording, text.invented()), "facts": text.facts, "region": region}
        return render("accounts/mail/example", context, language=language)


def trial(
    kind: Kind, wording: Wording, *, language: str, region: Region, example: Example | None, to: User, now: datetime
) -> Draft:
    """The text as a mail to the coordinator `to`. Each one is sent."""
    return Draft(
        kind=NAME,
        key=f"{NAME}:{to.pk}:{now.timestamp()}",
        recipient=to.email,
        language=language,
        due=now,
        expires=now + KEPT,
        refs={
            "text": kind.name,
            "subject": wording.subject,
            "body": wording.body,
            "region": region.pk,
            "user": to.pk,
            "example": json.dumps(_plain(example.refs)) if example else "",
        },
        scope=region.pk,
    )


def _render(message: Message) -> Content:
    """Marked as a test, and without files: she is not invited to anything."""
    refs = message.refs
    example = Example("", message.recipient, json.loads(refs["example"])) if refs["example"] else None
    tried = content(
        kinds.get(refs["text"]),
        Wording(refs["subject"], refs["body"]),
        language=message.language,
        region=Region.objects.get(pk=refs["region"]),
        example=example,
        now=message.due,
    )
    return replace(tried, subject=_("Test: %(subject)s") % {"subject": tried.subject}, attachments=())


def _still_holds(message: Message, now: datetime) -> bool:
    """While she coordinates the region."""
    posts = RoleAssignment.objects.filter(role=Role.COORDINATOR, region=message.refs["region"])
    return posts.filter(user=message.refs["user"], user__is_active=True).exists()


def _plain(refs: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in refs.items()}


TRIAL = Kind(name=NAME, render=_render, still_holds=_still_holds, title=gettext_lazy("Test of a text"))
