"""The list of people for a coordinator who follows 1,000 of them, with every filter and need counted.

Queries are counted; processor time is the median of several requests.
"""

from benchmarks.pages import fill, measure
from benchmarks.place import place_of_its_own

PEOPLE = 1_000
PAGES = {"list": "", "progress": "?progress=on_track", "need": "?need=not_logged_in"}


def main() -> None:
    """Measure and print."""
    with place_of_its_own():
        from django.test import Client
        from django.urls import reverse

        user, _cohort, _session = fill()
        leave(PEOPLE)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        found = {name: measure(client.get, reverse("certificates:people") + query) for name, query in PAGES.items()}
    print(f"{PEOPLE} people")
    print(f"{'':10}{'queries':>8}{'CPU ms':>9}{'kB':>9}{'kB gzip':>9}")
    for name, measured in found.items():
        print(f"{name:10}{measured}")
    print(" ".join(f"{name}_cpu_ms={measured.cpu:.0f}" for name, measured in found.items()))


def leave(number: int) -> None:
    """Remove all enrolments but `number`."""
    from participants.models import Enrolment

    kept = Enrolment.objects.order_by("applied").values_list("pk", flat=True)[:number]
    Enrolment.objects.exclude(pk__in=list(kept)).delete()


if __name__ == "__main__":
    main()
