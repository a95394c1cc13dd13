"""Searching, the same way everywhere: by words, in any case, with or without the dots and rings of å, ä, ö and accents.

Two lookups do the work, `mentions` and `resembles`. On PostgreSQL both fold with the function `folded` of
common/migrations, on whose values a trigram index can be made (participants/migrations has one); on SQLite they are
regular expressions, in which each letter stands for all that fold to it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, CharField, IntegerField, Lookup, Q, Value, When
from django.db.models.sql.compiler import SQLCompiler

MOST_WORDS = 10  # each costs conditions: two thousand of them kept the database busy for seconds
LONGEST = 80  # characters of a search that are read
SHORT = 3  # letters that a trigram has: a word with fewer is looked for at the beginning of words
LONG_ENOUGH_TO_RESEMBLE = 4


def words_of(text: str) -> list[str]:
    """The words of a search, as far as it is read; a null character, which no database takes, parts words too."""
    return unicodedata.normalize("NFC", text.replace("\0", " "))[:LONGEST].split()[:MOST_WORDS]


def anywhere(word: str, *, among: Sequence[str], loosely: bool = False) -> Q:
    """Match rows that have `word` in one of the fields `among`; `loosely`, also those that have one much like it."""
    lookup = "resembles" if loosely else "mentions"
    found = Q()
    for field in among:
        found |= Q(**{f"{field}__{lookup}": word})
    return found


def every_word_of(text: str, *, among: Sequence[str], loosely: bool = False) -> Q:
    """Match rows that have every word of `text` somewhere in the fields `among`: all, if it is empty."""
    found = Q()
    for word in words_of(text):
        found &= anywhere(word, among=among, loosely=loosely)
    return found


def closest_first(text: str, *, among: Sequence[str]) -> Case | Value:
    """Sort by this: rows that have every word of `text` come before those that only have much the same."""
    exactly = every_word_of(text, among=among)
    return Case(When(exactly, then=Value(0)), default=Value(1), output_field=IntegerField()) if exactly else Value(0)


@CharField.register_lookup
class Mentions(Lookup):
    """Whether a text holds a word, folded: with `bergstrom` in it is "Bergström". A short word begins a word."""

    lookup_name = "mentions"
    prepare_rhs = False

    @property
    def word(self) -> str:
        return str(self.rhs)

    def conditions(self) -> list[tuple[str, str]]:
        """Operators of PostgreSQL and what they compare with; each alone suffices."""
        if len(self.word) < SHORT:
            return [("%%>", self.word)]
        return [("LIKE", "%" + re.sub(r"([%_\\])", r"\\\1", self.word) + "%")]

    def pattern(self) -> str:
        """The same as a regular expression, for SQLite."""
        letters = "".join(map(self.letter, self.letters()))
        return rf"(?i)(?<!\w){letters}" if len(self.word) < SHORT else f"(?i){letters}"

    def letters(self) -> Iterable[str]:
        return self.word

    def letter(self, letter: str) -> str:
        alike = ALIKE.get(fold(letter))
        return f"[{alike}]" if alike else re.escape(letter)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Any of the conditions, on PostgreSQL."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        conditions = self.conditions()
        sql = " OR ".join(f"folded({lhs}) {operator} folded(%s)" for operator, _value in conditions)
        return f"({sql})", tuple(param for _operator, value in conditions for param in (*lhs_params, value))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The regular expression, on SQLite."""
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"{lhs} REGEXP %s", (*lhs_params, self.pattern())


@CharField.register_lookup
class Resembles(Mentions):
    """Whether a text holds a word or one much like it: with `anderson` in it is "Andersson" too.

    On PostgreSQL by the trigrams that two words share (the settings say how many), on SQLite by letters that are
    written twice. Only of words: a number that is nearly the same is another number.
    """

    lookup_name = "resembles"

    @property
    def is_a_word(self) -> bool:
        return len(self.word) >= LONG_ENOUGH_TO_RESEMBLE and self.word.isalpha()

    def conditions(self) -> list[tuple[str, str]]:
        return [*super().conditions(), ("%%>", self.word)] if self.is_a_word else super().conditions()

    def letters(self) -> Iterable[str]:
        """One of those in a row that are alike: `a+a+a+…` would try every way to share a name's letters out."""
        if not self.is_a_word:
            return super().letters()
        return (next(row) for _alike, row in groupby(self.word, key=lambda letter: fold(letter).casefold()))

    def letter(self, letter: str) -> str:
        return super().letter(letter) + "+" if self.is_a_word else super().letter(letter)


def fold(letter: str) -> str:
    """The letter in lower case and without what is above, below or through it."""
    lower = letter.lower()
    return THROUGH.get(lower) or unicodedata.normalize("NFKD", lower)[:1]


THROUGH = {"ø": "o", "đ": "d", "ł": "l", "ı": "i"}
ALIKE: dict[str, str] = defaultdict(str)
for _letter in (*map(chr, range(ord("a"), ord("z") + 1)), *map(chr, range(ord("à"), ord("ɏ")))):
    if _letter.islower() and "a" <= fold(_letter) <= "z":
        ALIKE[fold(_letter)] += _letter
