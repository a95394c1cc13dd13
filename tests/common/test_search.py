"""Searching in lists: by words, in any case, with or without dots, rings and accents."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.search import LONGEST, MOST_WORDS, closest_first, every_word_of, words_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NAMES = ("first_name", "last_name", "email")


def found(text: str, *, loosely: bool = False) -> list[User]:
    return list(User.objects.filter(every_word_of(text, among=NAMES, loosely=loosely)))


@pytest.mark.parametrize(
    "text", ["", "åsa", "ÅSA ö", "öst Ås", "a.s+a_", "asa", "ost ASA", "as o", "A\u030asa", "50%", "Ö_1"]
)
def test_every_word_is_somewhere_in_any_case_with_or_without_its_dots(text: str) -> None:
    asa = UserFactory(first_name="Åsa", last_name="Ösasöst", email="50%a.s+a_ö_1@example.org")
    assert found(text) == [asa]


@pytest.mark.parametrize("text", ["åsa väst", "axs", "(", ".*", "%", "a%a", "as_", "t", "sa st"])
def test_a_word_that_is_nowhere_finds_nobody(text: str) -> None:
    UserFactory(first_name="Åsa", last_name="Öst", email="a.s+a@example.org")
    assert found(text) == []


def test_a_word_of_one_or_two_letters_begins_a_word() -> None:
    bo = UserFactory(first_name="Bo", last_name="Ek", email="x@example.org")
    UserFactory(first_name="Ebon", last_name="Bek", email="y@example.org")
    assert found("bo") == found("b ek") == [bo]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bergstrom", "Bergström"),
        ("Bergström", "Bergstrom"),
        ("Anderson", "Andersson"),
        ("celik", "Çelik"),
        ("lukasz", "Łukasz"),
        ("sorensen", "Sørensen"),
    ],
)
def test_somebody_is_found_however_her_name_is_spelt(typed: str, name: str) -> None:
    person = UserFactory(last_name=name)
    UserFactory(last_name="Någon-Helt-Annan")
    assert found(typed, loosely=True) == [person]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("typed", "name"), [("berstrom", "Bergström"), ("Lindkvist", "Lindqvist"), ("sjogen", "Sjögren")]
)
def test_a_slip_of_the_finger_is_forgiven(typed: str, name: str) -> None:
    person = UserFactory(last_name=name)
    assert found(typed, loosely=True) == [person]
    assert found(typed) == []


def test_a_number_that_is_nearly_the_same_is_another_number() -> None:
    UserFactory(email="t000012@example.org")
    assert found("T000013", loosely=True) == []


def test_who_is_meant_comes_before_who_is_only_much_alike() -> None:
    alike, meant = UserFactory(last_name="Andersson"), UserFactory(last_name="Anderson")
    people = User.objects.filter(every_word_of("anderson", among=NAMES, loosely=True))
    assert list(people.order_by(closest_first("anderson", among=NAMES), "last_name")) == [meant, alike]


def test_what_no_person_would_type_is_cut() -> None:
    assert len(words_of("a " * 1000)) == MOST_WORDS
    assert len("".join(words_of("a" * 1000))) == LONGEST


def test_a_word_of_one_letter_over_and_over_is_looked_for_at_once() -> None:
    """On SQLite each letter stands for several of it: to share a name's out among a word's took minutes."""
    UserFactory(first_name="a" * 60, last_name="ς" * 60, email="x@example.org")
    for text in ("a" * 20 + "b", "aåá" * 8 + "b", "ςσ" * 10 + "b"):
        assert found(text) == []
        with CaptureQueriesContext(connection) as queries:
            found(text, loosely=True)
        assert sum(float(query["time"]) for query in queries) < 1
