"""Every text that the apps declare, as the portal ships it."""

import re

import pytest

from messaging import kinds
from messaging.kinds import Kind
from messaging.texts.names import Names
from messaging.texts.writing import refusal_of_body, refusal_of_subject

EDITABLE = [kind for kind in kinds.registered() if kind.text]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.name)
def test_it_could_be_saved_as_it_is(kind: Kind, language: str) -> None:
    assert kind.text
    wording = kind.text.default(language)
    assert refusal_of_subject(wording.subject, kind.text.keys) is None
    assert refusal_of_body(wording.body, kind.text.keys) is None


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.name)
def test_it_is_kept_as_it_was_when_it_is_read_and_written_in_its_language(kind: Kind, language: str) -> None:
    assert kind.text
    names, wording = Names.of(kind.text.placeholders, language), kind.text.default(language)
    shown = names.shown(wording)
    assert names.kept(shown) == wording
    assert refusal_of_subject(shown.subject, names.known) is None
    assert refusal_of_body(shown.body, names.known, facts=names.facts) is None


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.name)
def test_its_placeholders_have_a_name_each_that_is_one_word(kind: Kind, language: str) -> None:
    assert kind.text
    names = Names.of(kind.text.placeholders, language)
    all_names = [names.facts, *(str(placeholder.name) for placeholder in names.placeholders)]
    assert len(set(all_names)) == len(all_names)
    assert all(re.fullmatch(r"[a-zåäö_]+", name) for name in all_names)


@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.name)
def test_it_has_a_name_for_those_who_choose_among_texts(kind: Kind) -> None:
    assert kind.text
    assert all((kind.title, kind.text.to, kind.text.when, kind.text.facts))


def test_what_has_the_coordinators_own_sentence_already_stays_as_it_is() -> None:
    assert kinds.get("session.changed").text is None
