"""Whose certificates are made."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from certificates.document import CertificateDocument
from tests.certificates.documents import TITLES, document, modules

COHORT = 30
FIRST_NAMES = ["Åsa", "Björn", "Cecilia", "Đorđe", "Elif", "Fatima", "Göran", "Hülya", "Łukasz", "Maria-Fernanda"]
LAST_NAMES = ["Öberg-Lindström", "Åkerblom", "Čermáková", "Persson", "Al-Hassan", "von Hohenlohe-Östergård", "Šimić"]


def documents(count: int) -> Iterator[CertificateDocument]:
    """People of one programme in cohorts of thirty; each has missed another module or made one up on another day."""
    first = date(2026, 1, 13)
    for number in range(1, count + 1):
        cohort, person = divmod(number, COHORT)
        planned = modules(*TITLES, missed=number % 10)
        earned = tuple(
            replace(module, date=module.date + timedelta(days=cohort + 7 * (module.number == person % 11)))
            if module.date
            else module
            for module in planned
        )
        days = [module.date for module in earned if module.date]
        code = f"{number * 7919:016X}"
        yield document(
            number=f"SK-2026-{number:04}",
            code="-".join(code[start : start + 4] for start in range(0, 16, 4)),
            verification_url=f"https://intro.example.org/intyg/kontrollera/?nummer=SK-2026-{number:04}&kod={code}",
            participant_name=f"{FIRST_NAMES[number % 10]} {LAST_NAMES[number % 7]}",
            cohort_name=f"Omgång {cohort + 1}",
            modules=earned,
            modules_earned=len(days),
            total_hours=Decimal(6 * len(days)),
            first_date=min(days),
            last_date=max(days),
            issued_on=first + timedelta(days=cohort),
        )
