"""How many SMS a text is charged as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.parts import BASIC, EXTENDED, in_cheap_letters, parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # Swedish is written in seven bits, too.
        ("åäöÅÄÖé" * 22 + "åäöÅÄÖ", 1),
        ("åäö" * 53 + "åä", 2),
        # What is behind an escape counts twice.
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        # One letter from outside makes all of them wide: a typographic dash, say.
        ("a" * 69 + "–", 1),
        ("a" * 70 + "–", 2),
        ("–" * 134, 2),
        ("–" * 135, 3),
        ("á" * 70, 1),
        # Beyond the basic plane a letter takes two units.
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
    ],
)
def test_parts(text: str, parts: int) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets, but the euro sign stays whole: 152, 2 + 151, 1
        ("–" * 66 + "🙂" + "–" * 66, 3),
    ],
)
def test_no_letter_is_cut_in_two(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_the_alphabet_has_its_128_places() -> None:
    """One of them is the escape itself."""
    assert len(BASIC) == 127
    assert BASIC.isdisjoint(EXTENDED)


@given(st.text(min_size=1), st.text(max_size=5))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert parts_of(text + more) >= parts_of(text) >= 1


def test_typographic_signs_do_not_make_a_text_wide() -> None:
    typed = "Lunds kommunhus – ”Sal 3”, kl.\xa09 … it’s åäö"
    assert parts_of(typed * 2) == 2
    assert in_cheap_letters(typed) == 'Lunds kommunhus - "Sal 3", kl. 9 ... it\'s åäö'
    assert parts_of(in_cheap_letters(typed) * 2) == 1
