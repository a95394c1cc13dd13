"""Wording a kind of message anew for a region. What is queued already uses the words in force when it leaves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import record
from messaging.exceptions import TextChangedMeanwhile, TextRefused
from messaging.models import TextVersion
from messaging.texts.text import Wording
from messaging.texts.words import text_of
from messaging.texts.writing import refusal_of_body, refusal_of_subject

if TYPE_CHECKING:
    from accounts.models import User


def write_text(
    *, scope: UUID, kind: str, language: str, wording: Wording, seen: int, by: User, now: datetime
) -> TextVersion:
    """Put `wording` in force. `seen` is the number of the version that `by` saw, 0 for none.

    Raises TextRefused if it can't be read, TextChangedMeanwhile if that version isn't the newest any more.
    """
    keys = text_of(kind).keys
    for refusal in (refusal_of_subject(wording.subject, keys), refusal_of_body(wording.body, keys)):
        if refusal:
            raise TextRefused(refusal)
    version = TextVersion(scope=scope, kind=kind, language=language, subject=wording.subject, body=wording.body)
    return _add(version, "text.changed", seen=seen, by=by, now=now)


def reset_text(*, scope: UUID, kind: str, language: str, seen: int, by: User, now: datetime) -> TextVersion:
    """Put in force what the portal ships, also what it will ship later. Raises TextChangedMeanwhile."""
    version = TextVersion(scope=scope, kind=kind, language=language, is_default=True)
    return _add(version, "text.reset", seen=seen, by=by, now=now)


@transaction.atomic
def _add(version: TextVersion, action: str, *, seen: int, by: User, now: datetime) -> TextVersion:
    """Store the version after the one that was seen. Who is second meets the constraint that numbers each once."""
    version.number, version.by, version.at = seen + 1, by, now
    before = TextVersion.objects.of(scope=version.scope, kind=version.kind, language=version.language).first()
    if (before.number if before else 0) != seen:
        raise TextChangedMeanwhile(_("Somebody else has changed the text meanwhile."))
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        raise TextChangedMeanwhile(_("Somebody else has changed the text meanwhile.")) from error
    record(
        action,
        version,
        by=by,
        now=now,
        scope=version.scope,
        before={"number": seen},
        after={"kind": version.kind, "language": version.language, "number": version.number},
    )
    return version
