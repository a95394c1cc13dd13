"""Every text that the apps declare, as the portal ships it."""

import pytest

from messaging import kinds
from messaging.kinds import Kind
from messaging.texts.writing import refusal_of_body, refusal_of_subject

EDITABLE = [kind for kind in kinds.registered() if kind.text]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.name)
def test_it_could_be_saved_as_it_is(kind: Kind, language: str) -> None:
    assert kind.text
    wording = kind.text.default(language)
    assert refusal_of_subject(wording.subject, kind.text.names) is None
    assert refusal_of_body(wording.body, kind.text.names) is None


@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.name)
def test_it_has_a_name_for_those_who_choose_among_texts(kind: Kind) -> None:
    assert kind.text
    assert all((kind.title, kind.text.to, kind.text.when, kind.text.facts))


def test_what_has_the_coordinators_own_sentence_already_stays_as_it_is() -> None:
    assert kinds.get("session.changed").text is None
