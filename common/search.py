"""Searching in lists, the same way everywhere."""

import re

from django.db.models import Q

MOST_WORDS = 10  # each costs conditions: two thousand of them kept the database busy for seconds


def every_word_of(text: str, *, among: tuple[str, ...]) -> Q:
    """Match rows that have every word of `text`, in any case, somewhere in the fields `among`: all, if it is empty.

    Words beyond the first MOST_WORDS narrow nothing. By regular expressions: SQLite's LIKE, and so `icontains`, takes å
    and Å for different letters.
    """
    found = Q()
    for word in text.split()[:MOST_WORDS]:
        anywhere = Q()
        for field in among:
            anywhere |= Q(**{f"{field}__iregex": re.escape(word)})
        found &= anywhere
    return found
