"""Which names are one name, written in two ways."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.rules.names import mailbox, nearly_one, normalised

NAMES = st.text(alphabet="abåäöéÅÖ -.'’Xx1", max_size=20)


@pytest.mark.parametrize(
    "written",
    [
        "Åsa Öberg-Exempel",
        "åsa öberg-exempel",
        "ÅSA ÖBERG EXEMPEL",
        "Asa Oberg-Exempel",
        "Öberg-Exempel, Åsa",
        "Öberg Exempel Åsa",
        "Åsa Exempel-Öberg",
        "A\u030asa O\u0308berg-Exempel",
        "Åsa B. Öberg-Exempel",
        "Åsa von Öberg-Exempel",
        "  Åsa   Öberg–Exempel ",
    ],
)
def test_one_name_is_one_however_it_is_written(written: str) -> None:
    assert normalised(written) == "asa exempel oberg"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Öberg", "Anna Åberg"),
        ("Anna Öberg", "Anna Öberg-Ek"),
        ("Anna Öberg", "Hanna Öberg"),
        ("Anna-Karin Öberg", "Annakarin Öberg"),
        ("A. Öberg", "B. Öberg"),  # nothing but the initial tells them apart
        ("Li De", "Li Du"),  # nor anything but what is a particle elsewhere
    ],
)
def test_two_names_are_two(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def alike(one: str, other: str) -> bool:
    return nearly_one(normalised(one), normalised(other))


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        ("Anna Öberg", "öberg anna", True),
        ("Peder d'Orsay", "Peder dOrsay", True),
        ("Anna Öberg", "Anna Öberg-Ek", True),
        ("Anna Maria Öberg", "Anna Öberg", True),
        ("Anna Öberg", "Anna Katarina Sofia Öberg-Söderström", True),
        ("Anna-Karin Öberg", "Annakarin Öberg", True),
        ("Katarina Öberg", "Catarina Öberg", True),
        ("Petra Öberg", "Greta Öberg", False),
        ("Anna Öberg", "Bo Ek", False),
        ("Anna Öberg", "Anna Ek", False),
        ("", "Anna", False),
    ],
)
def test_a_slip_of_the_finger_is_likely_the_same_person(one: str, other: str, likely: bool) -> None:
    assert alike(one, other) is likely


@given(NAMES, NAMES)
def test_it_doesnt_depend_on_which_comes_first(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(st.lists(st.text(alphabet="abåäöé", min_size=1, max_size=8), min_size=1, max_size=5), NAMES, st.randoms())
def test_nor_on_the_order_of_the_words(name: list[str], other: str, random: Random) -> None:
    shuffled = list(name)
    random.shuffle(shuffled)
    assert alike(" ".join(name), " ".join(shuffled))
    assert alike(" ".join(name), other) == alike(" ".join(shuffled), other)


@given(NAMES)
def test_normalising_once_is_enough(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("anna.oberg@lund.example", "anna oberg"),
        ("Anna.Öberg@malmo.example", "anna oberg"),
        ("oberg_anna2@lund.example", "anna oberg"),
        ("info@lund.example", ""),
        ("anob@lund.example", ""),
    ],
)
def test_a_mailbox_says_a_name_or_nothing(address: str, name: str) -> None:
    assert mailbox(address) == name
