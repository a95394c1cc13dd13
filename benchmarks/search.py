"""Searching among 20,000 people: with the trigram index and without it, in one run.

On PostgreSQL; on SQLite there is no index, and the first column is left out.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.place import place_of_its_own

if TYPE_CHECKING:
    from django.db.models import QuerySet

PEOPLE, REGIONS, RUNS = 20_000, 3, 5
SEARCHES = ["bergstrom", "asa anderson", "Lindkvist", "bo", "ingen.alls"]
FIRST_NAMES = ["Åsa", "Bo", "Karin", "Göran", "Märta", "Zeynep", "Mohammed", "Elin", "Örjan", "Sofia"]
BEGINNINGS = ["Berg", "Lind", "Sjö", "Ny", "Ek", "Hag", "Ström", "Sand", "Öst", "Käll", "Anders", "Håkans"]
ENDINGS = ["ström", "qvist", "gren", "holm", "son", "by", "dahl", "man"]


def main() -> None:
    """Measure and print."""
    with place_of_its_own():
        from django.db import connection

        fill()
        with_index = {text: measured(text) for text in SEARCHES} if connection.vendor == "postgresql" else {}
        if with_index:
            with connection.cursor() as cursor:
                cursor.execute("DROP INDEX participant_trigrams")
        without = {text: measured(text) for text in SEARCHES}
    print(f"The six best of {PEOPLE} people in {REGIONS} regions, for a coordinator of one, on {connection.vendor}")
    print(f"{'':16}{'with index':>14}{'without':>12}{'hits':>8}")
    for text, (milliseconds, hits) in without.items():
        ours = f"{with_index[text][0]:>11.1f} ms" if with_index else f"{'–':>14}"
        print(f"{text:16}{ours}{milliseconds:>9.1f} ms{hits:>8}")
    pairs = {f"{text.replace(' ', '_')}_without_ms": value for text, (value, _hits) in without.items()}
    pairs |= {f"{text.replace(' ', '_')}_ms": value for text, (value, _hits) in with_index.items()}
    print(" ".join(f"{name}={value:.1f}" for name, value in pairs.items()))


def fill() -> None:
    """People of made-up names, evenly in the regions."""
    from django.db import connection

    from participants.models import Participant
    from tests.factories import RegionFactory

    regions = RegionFactory.create_batch(REGIONS)
    Participant.objects.bulk_create(
        (
            Participant(
                region=regions[number % REGIONS],
                first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
                last_name=f"{BEGINNINGS[number % 97 % 12]}{ENDINGS[number % 89 % 8]}-{syllables(number)}",
                email=f"person{number}@example.org",
            )
            for number in range(PEOPLE)
        ),
        batch_size=2_000,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE participants_participant")


def syllables(number: int) -> str:
    """A second name of its own for everyone, so that trigrams are as many as in life."""
    return "".join(
        consonant + "aeiouyåäö"[number // power % 9] for consonant, power in zip("lmnr", (1, 9, 81, 729), strict=True)
    )


def measured(text: str) -> tuple[float, int]:
    """Milliseconds of the best of some runs, and how many there are in all."""
    found = sought(text)
    best = float("inf")
    for _run in range(RUNS):
        began = time.perf_counter()
        list(found.all()[:6])
        best = min(best, time.perf_counter() - began)
    return best * 1_000, found.count()


def sought(text: str) -> QuerySet[Any]:
    """What the page asks for."""
    from accounts.models import User
    from participants.models import Participant
    from regions.models import Region
    from tests.factories import coordinator

    user = User.objects.first() or coordinator(Region.objects.earliest("name"))
    return Participant.objects.visible_to(user).search(text)


if __name__ == "__main__":
    main()
