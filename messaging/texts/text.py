"""The sentences of a kind of message that a coordinator may write anew, as its app declares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LONGEST_SUBJECT, LONGEST_BODY = 150, 5_000  # as they are written
LONGEST_SUBJECT_KEPT = 300  # keys may be longer than names


@dataclass(frozen=True)
class Placeholder:
    """What stands in braces in a text: by `name`, in the language of the text, where people read and write it, and by
    `key` in the code, the catalogues and the database. `example` is what it says for a receiver who is made up.
    """

    key: str
    name: str | Promise
    label: str | Promise
    example: str | Promise


def first_name(label: str | Promise) -> Placeholder:
    """The first name of whom `label` describes."""
    return Placeholder("first_name", pgettext_lazy("placeholder name", "first_name"), label, "Kim")


@dataclass(frozen=True)
class Wording:
    """A subject, and a body in which the line {facts} is where the facts stand. Both hold {placeholders}, by their keys
    unless somebody is reading or writing them (messaging.texts.names).
    """

    subject: str
    body: str


@dataclass(frozen=True)
class Example:
    """A real receiver to preview a text with: a message that could be hers. `label` tells her from others."""

    label: str
    recipient: str
    refs: Mapping[str, Any]


def nobody(region: UUID, now: datetime) -> Iterable[Example]:
    """Where nobody can be foreseen to get a message."""
    return ()


@dataclass(frozen=True)
class Text:
    """How a kind of message is worded by default, and what a coordinator needs to know to word it anew.

    `to` says who gets it, `when` on what occasion, `facts` what the line {facts} stands for: that part is the
    template's, so that no wording can lose it. `examples` finds some in a region who could get it at a time; those who
    were sent one lately are found by themselves. `is_secret`: its messages hold a link for their receiver only, so
    none is shown.
    """

    subject: str | Promise
    body: str | Promise
    placeholders: tuple[Placeholder, ...]
    to: str | Promise
    when: str | Promise
    facts: str | Promise
    examples: Callable[[UUID, datetime], Iterable[Example]] = nobody
    is_secret: bool = False

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(placeholder.key for placeholder in self.placeholders)

    def default(self, language: str) -> Wording:
        """The wording that the portal ships."""
        with translation.override(language):
            return Wording(str(self.subject), str(self.body))

    def invented(self) -> dict[str, str]:
        """What the placeholders say for a receiver who is made up, in the active language."""
        return {placeholder.key: str(placeholder.example) for placeholder in self.placeholders}
