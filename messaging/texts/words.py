"""The words of a message, in the wording that is in force when it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from common.templatetags.interface import weekday_date
from messaging import kinds
from messaging.models import Message, TextVersion
from messaging.texts.text import Text, Wording
from messaging.texts.writing import around_facts, filled, written
from messaging.unsubscribing import link_of


@dataclass(frozen=True)
class Words:
    """What messaging/mail_base.* put around the facts of a mail. `choosing` is where its receiver says that she doesn't
    want such mail, "" if she has to get it.
    """

    subject: str
    before: str
    before_html: SafeString
    after: str
    after_html: SafeString
    choosing: str = ""


def words(message: Message, **values: object) -> Words:
    """What the region's coordinators have written for `message`, else what its kind says by default.

    `values` are what the placeholders of the kind's text stand for; days and moments are written as its receiver does.
    """
    text = text_of(message.kind)
    wording = message.wording or in_force(text, scope=message.scope, kind=message.kind, language=message.language)
    filled_in = said(wording, values, language=message.language)
    # Who only looks at it or tries it out must not choose for somebody else.
    return filled_in if message.wording else replace(filled_in, choosing=link_of(message))


def said(wording: Wording, values: Mapping[str, object], *, language: str) -> Words:
    """Fill in a wording as it is read in `language`."""
    with translation.override(language):
        return say(wording, {name: _written(value) for name, value in values.items()})


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    return weekday_date(value) if isinstance(value, date) else str(value)


def say(wording: Wording, values: dict[str, str]) -> Words:
    """Fill in a wording."""
    before, after = (written(part, values) for part in around_facts(wording))
    return Words(filled(wording.subject, values), before.text, before.html, after.text, after.html)


def text_of(kind: str) -> Text:
    """The text of a kind. Raises KeyError if nobody may write it anew."""
    text = kinds.get(kind).text
    if text is None:
        raise KeyError(kind)
    return text


def in_force(text: Text, *, scope: UUID | None, kind: str, language: str) -> Wording:
    """The newest version of a region's text, or what is shipped."""
    newest = TextVersion.objects.of(scope=scope, kind=kind, language=language).first()
    return newest.wording if newest and not newest.is_default else text.default(language)
