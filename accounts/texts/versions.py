"""The versions of a text, each with what it changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from messaging.models import TextVersion
from messaging.texts.names import Names
from messaging.texts.text import Wording


@dataclass(frozen=True)
class Part:
    """A piece of text that is new, gone, or neither."""

    text: str
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Step:
    """A version, and its words compared with those before it: when they are asked for, since that takes a while."""

    version: TextVersion
    before: Wording
    after: Wording
    is_in_force: bool

    @cached_property
    def subject(self) -> list[Part]:
        return list(compared(self.before.subject, self.after.subject))

    @cached_property
    def body(self) -> list[Part]:
        return list(compared(self.before.body, self.after.body))


def steps(versions: Sequence[TextVersion], *, default: Wording, names: Names) -> list[Step]:
    """Each of all versions of a text, given and returned with the newest first."""
    kept = [*(default if version.is_default else version.wording for version in versions), default]
    wordings = [names.shown(wording) for wording in kept]
    return [
        Step(version, before, after, is_in_force=version is versions[0])
        for version, after, before in zip(versions, wordings, wordings[1:], strict=False)
    ]


def compared(before: str, after: str) -> Iterator[Part]:
    """What differs, word by word. A word of which a long text is full counts for nothing, or it would take minutes."""
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    for what, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield Part("".join(new[start:end]))
            continue
        if gone := "".join(old[first:last]):
            yield Part(gone, is_gone=True)
        if added := "".join(new[start:end]):
            yield Part(added, is_new=True)
