"""Going through the pages on which one person is enrolled."""

from typing import Any

from django.test import Client
from django.urls import reverse

from cohorts.models import Cohort

WHO = {"first_name": "Åsa", "last_name": "Öberg-Exempel", "email": "asa@example.org"}
WORKPLACE = {"unit": "Barn och familj", "title": "Socialsekreterare", "employed_from": "2026-03-01"}


def url(name: str, *args: object) -> str:
    return reverse(f"participants:{name}", args=args)


def begin(client: Client, cohort: Cohort | None = None) -> str:
    """Press the button; return the key of the draft, which is not stored yet."""
    address = url("enrol_one", cohort.pk) if cohort else url("start")
    return client.get(address).url.split("/")[3]


def fill_in(client: Client, cohort: Cohort, **answers: Any) -> str:
    """Go through every page of an enrolment in `cohort`, up to the check page; return the draft's key."""
    pk = begin(client, cohort)
    address = f"{url('who', pk)}?cohort={cohort.pk}"
    for name, asked in {"who": WHO, "workplace": WORKPLACE, "needs_of": {}}.items():
        page = address if name == "who" else url(name, pk)
        assert client.post(page, asked | answers).status_code == 302, name
    return pk


def send(client: Client, pk: str, **answers: Any) -> Any:
    """Confirm what the check page shows now."""
    seen = client.get(url("check", pk)).context["form"]["seen"].value()
    return client.post(url("check", pk), {"seen": seen} | answers)
