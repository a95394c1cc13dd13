"""The versions of a text, each with what it changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

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
    """A version, and its words compared with those before it."""

    version: TextVersion
    subject: list[Part]
    body: list[Part]
    is_in_force: bool


def steps(versions: Sequence[TextVersion], *, default: Wording, names: Names) -> list[Step]:
    """Each of all versions of a text, given and returned with the newest first."""
    kept = [*(default if version.is_default else version.wording for version in versions), default]
    wordings = [names.shown(wording) for wording in kept]
    return [
        Step(
            version,
            list(compared(before.subject, after.subject)),
            list(compared(before.body, after.body)),
            is_in_force=version is versions[0],
        )
        for version, after, before in zip(versions, wordings, wordings[1:], strict=False)
    ]


def compared(before: str, after: str) -> Iterator[Part]:
    """What differs, word by word."""
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    for what, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Part("".join(new[start:end]))
            continue
        if gone := "".join(old[first:last]):
            yield Part(gone, is_gone=True)
        if added := "".join(new[start:end]):
            yield Part(added, is_new=True)
