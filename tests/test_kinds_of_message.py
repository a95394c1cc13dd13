"""All kinds of message that the portal knows: each is told from the others, and can be refused or has its reason."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from accounts.rules import TOPICS
from messaging import kinds
from messaging.kinds import Kind

TEMPLATES = settings.BASE_DIR / "templates"
KINDS = {kind.name: kind for kind in kinds.registered() if not kind.name.startswith("test.")}
ROW = re.compile(r"^\| `([\w.]+)` \| [^|]+ \| [^|]+ \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)
TABLE = (settings.BASE_DIR / "docs/messages.md").read_text().partition("## All kinds")[2].partition("\n## ")[0]
OURS = set(re.findall(r"^\| `([\w.]+)` \| [^|]+ \|$", TABLE, re.MULTILINE))
DOCUMENTED = {name: (refusable, marks.split()) for name, refusable, marks in ROW.findall(TABLE)}


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_kind_has_a_title_of_its_own_by_which_a_coordinator_tells_it_from_others(language: str) -> None:
    with translation.override(language):
        titles = [str(kind.title) for kind in KINDS.values()]
    assert all(titles)
    assert sorted(titles) == sorted(set(titles))


def test_every_kind_is_in_the_documentation_and_no_other() -> None:
    assert DOCUMENTED.keys() == KINDS.keys()


def test_every_kind_can_be_worded_anew_or_the_documentation_says_why_not() -> None:
    assert {name for name, kind in KINDS.items() if kind.text is None} == OURS


@pytest.mark.parametrize("name", KINDS)
class TestOneKind:
    def test_can_be_refused_or_the_documentation_says_why_not(self, name: str) -> None:
        topic, (refusable, _marks) = KINDS[name].topic, DOCUMENTED[name]
        if topic:
            assert refusable == f"`{topic}`"
            assert any(topic in topics for topics in TOPICS.values())
        else:
            assert re.fullmatch(r"no: .+", refusable)

    def test_is_sent_as_the_documentation_says(self, name: str) -> None:
        assert [mark for mark in DOCUMENTED[name][1] if mark != "S"] == list(marks_of(KINDS[name]))


def marks_of(kind: Kind) -> str:
    held = {"W": kind.text, "D": kind.daytime_only, "R": kind.resends, "F": kind.fixed_address, "A": kind.awaited}
    return "".join(mark for mark, holds in held.items() if holds)


def test_what_has_short_words_may_go_as_sms() -> None:
    short = {path.name.removesuffix(".sms.txt") for path in TEMPLATES.glob("*/mail/*.sms.txt")}
    assert {name.rpartition(".")[2] for name, (_refusable, marks) in DOCUMENTED.items() if "S" in marks} == short
