"""Certificates in doubt: attendance was corrected, or people were merged, after they were issued.

Nothing is stored: what is in doubt follows from how things stand, and is gone when it is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from certificates.choices import CertificateKind
from certificates.models import Certificate
from certificates.querysets import CertificateQuerySet
from certificates.rules.doubts import contradicted
from sessions.attendance.ledger import Standing, standings


@dataclass(frozen=True)
class Doubt:
    """A certificate that says something else of `modules`, by number, than attendance does now."""

    certificate: Certificate
    standing: Standing
    modules: Sequence[int]

    @property
    def still_holds(self) -> bool:
        """Whether the rule for it holds nevertheless: then a new version can say what is right."""
        if self.certificate.kind == CertificateKind.STATEMENT:
            return self.standing.progress.earned > 0
        return self.standing.progress.qualifies


def doubts_about(certificates: CertificateQuerySet, *, now: datetime) -> list[Doubt]:
    """Those of `certificates` that are in doubt, in order of number; one query if nothing was corrected, else five."""
    related = ("enrolment__participant", "enrolment__cohort__programme__region", "region")
    touched = list(certificates.touched_since_issue().select_related(*related).order_by("year", "serial"))
    found = standings([certificate.enrolment for certificate in touched], reader=None, now=now)
    doubts = [_doubt(certificate, found[certificate.enrolment_id]) for certificate in touched]
    return [doubt for doubt in doubts if doubt.modules]


def _doubt(certificate: Certificate, standing: Standing) -> Doubt:
    frozen = {
        module["number"]: date.fromisoformat(module["date"]) if module["date"] else None
        for module in certificate.data["modules"]
    }
    modules = contradicted(
        frozen,
        {step.module.number: step.earned_on for step in standing.steps},
        issued_on=date.fromisoformat(certificate.data["issued_on"]),
    )
    return Doubt(certificate, standing, sorted(modules))
