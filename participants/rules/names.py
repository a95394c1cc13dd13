"""Which names are one name, written in two ways: case, accents, hyphens, order, initials and particles don't count."""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import product

from common.search import fold

# Two names that share so many of their letters (1 is all) are one name with a slip of the finger.
NEARLY = 0.9
PARTICLES = frozenset({"af", "av", "da", "de", "del", "den", "der", "di", "du", "la", "le", "van", "von", "zu"})

_WORD = re.compile(r"[^\W_]+")


def words(name: str) -> list[str]:
    """The words of `name`, folded: lower case, without accents, hyphens, dots and apostrophes, in their order."""
    letters = unicodedata.normalize("NFC", name)
    plain = "".join(fold(letter) for letter in re.sub("['’´]", "", letters))
    return _WORD.findall(plain)


def normalised(name: str) -> str:
    """The same for every way to write one name: "Öberg, Anna B." is "anna oberg", as is "anna öberg".

    Initials and particles such as "von" are left out where two words remain without them. Not to be shown.
    """
    every = words(name)
    whole = [word for word in every if len(word) > 1 and word not in PARTICLES]
    return " ".join(sorted(whole if len(whole) > 1 else every))


def nearly_one(one: str, other: str) -> bool:
    """Whether two normalised names are hardly different: a slip of the finger, or a word more, as a second surname.

    "anna oberg" and "anna ek maria oberg" are, whichever comes first.
    """
    mine, others = sorted((one.split(), other.split()))
    if mine == others:
        return True
    fewer = min(len(set(mine)), len(set(others)))
    if fewer > 1 and len(set(mine) & set(others)) == fewer:
        return True
    letters = sum(map(len, mine + others))
    first, second = sorted(("".join(mine), "".join(others)))
    whole = SequenceMatcher(None, first, second)
    if whole.quick_ratio() < NEARLY:  # no more than the letters they share, in whatever order
        return False
    shared = sum(ratio * (len(mine[left]) + len(others[right])) for ratio, left, right in _paired(mine, others))
    return max(shared / letters, whole.ratio()) >= NEARLY


def _ratio(one: str, other: str) -> float:
    """How much alike two words are: the matcher itself minds which comes first."""
    first, second = sorted((one, other))
    return SequenceMatcher(None, first, second).ratio()


def _paired(mine: list[str], others: list[str]) -> Iterator[tuple[float, int, int]]:
    """The words of two names in pairs, those most alike first, with how much alike they are."""
    pairs = product(range(len(mine)), range(len(others)))
    ratios = ((_ratio(mine[left], others[right]), left, right) for left, right in pairs)
    left_over, right_over = set(range(len(mine))), set(range(len(others)))
    for ratio, left, right in sorted(ratios, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if left in left_over and right in right_over:
            left_over.remove(left)
            right_over.remove(right)
            yield ratio, left, right


def mailbox(address: str) -> str:
    """What stands before the @, folded and without digits, where it says a name: as of "Anna.Öberg2@lund.example"."""
    parts = re.findall(r"[^\W\d_]+", " ".join(words(address.rpartition("@")[0])))
    return " ".join(sorted(parts)) if len(parts) > 1 else ""
