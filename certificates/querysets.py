from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from certificates.choices import LIVE, CertificateKind, CertificateStatus, Show
from participants.models import Enrolment, Merge
from sessions.models import Attendance

if TYPE_CHECKING:
    from accounts.models import User
    from certificates.models import Certificate


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, those of her municipalities' people as manager, else her own."""
        return self.filter(
            Q(region__in=user.coordinated_region_ids)
            | Q(enrolment__municipality__in=user.managed_municipality_ids)
            | Q(enrolment__participant__user=user)
        )

    def live(self) -> Self:
        """Issued and neither superseded nor revoked."""
        return self.filter(status__in=LIVE)

    def certificates(self) -> Self:
        """Without participation statements."""
        return self.filter(kind=CertificateKind.CERTIFICATE)

    def statements(self) -> Self:
        """Participation statements only."""
        return self.filter(kind=CertificateKind.STATEMENT)

    def to_render(self, *, now: datetime) -> Self:
        """Issued, but the PDF is not made yet, and no worker has it; those of a cohort side by side."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, status=CertificateStatus.ISSUED).in_order_of_issue()

    def in_order_of_issue(self) -> Self:
        """Those that were issued together side by side, in order of number."""
        return self.order_by("issued", "region_id", "year", "serial", "version", "pk")

    def with_owner(self) -> Self:
        """With the enrolment, and the person whose it is."""
        return self.select_related("enrolment__participant__user")

    def search(self, words: str) -> Self:
        """Those whose number holds `words`, or whose owner is found by them."""
        return self.filter(
            Q(number__icontains="".join(words.split())) | Q(enrolment__in=Enrolment.objects.search(words).values("pk"))
        )

    def shown_as(self, part: str) -> Self:
        """The `part` of the register that a choice of `Show` names, all but those in doubt."""
        ready, issued = CertificateStatus.READY, CertificateStatus.ISSUED
        return self.filter(
            {
                Show.VALID: Q(status=ready, kind=CertificateKind.CERTIFICATE),
                Show.STATEMENTS: Q(status=ready, kind=CertificateKind.STATEMENT),
                Show.WAITING: Q(status=issued, problem=""),
                Show.FAILED: Q(status=issued) & ~Q(problem=""),
                Show.AUTOMATIC: Q(issued_by=None),
                Show.SUPERSEDED: Q(status=CertificateStatus.SUPERSEDED),
                Show.REVOKED: Q(status=CertificateStatus.REVOKED),
            }[Show(part)]
        )

    def touched_since_issue(self) -> Self:
        """Those in force whose owner's attendance until the issue was corrected since, or who was merged with another.

        Since a coordinator let them stand, if one did.
        """
        since = OuterRef("since")
        marks = Attendance.objects.filter(
            Q(marked__gt=since) | Q(voided__gt=since),
            participant=OuterRef("enrolment__participant"),
            session__module__programme=OuterRef("enrolment__programme"),
            session__starts__lte=OuterRef("issued"),
        )
        person = OuterRef("enrolment__participant")
        merges = Merge.objects.filter(Q(kept=person) | Q(other=person), Q(at__gt=since) | Q(undone__gt=since))
        found = self.live().annotate(since=Coalesce("upheld", "issued"))
        return found.filter(Q(Exists(marks)) | Q(Exists(merges)))

    def find(self, *, number: str, code: str) -> Certificate | None:
        """The certificate that someone holds in her hand. Public: she needs both, and can't guess the code."""
        return self.filter(number=number, code=code).select_related("superseded_by").first()

    def with_file(self, sha256: str) -> Certificate | None:
        """The certificate whose PDF has this hash, or had it before it was made again. Public: she has the file."""
        found = self.filter(Q(sha256=sha256) | Q(former_files__sha256=sha256)) if sha256 else self.none()
        return found.select_related("superseded_by").first()
