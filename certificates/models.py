"""The register of certificates. A number is never reused and never missing; a certificate is never deleted."""

from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.choices import LIVE, CertificateStatus
from certificates.querysets import CertificateQuerySet
from certificates.rules.issuing import code_in_groups
from common.models import BaseModel
from participants.models import Enrolment
from regions.models import Region


class NumberSeries(BaseModel):
    """The last certificate number of a region and year; its row is locked while a number is taken."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="number_series")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="number_series_once_a_year")]

    def __str__(self) -> str:
        return f"{self.region.code}-{self.year}"


class Certificate(BaseModel):
    """One version of one certificate. `data` is frozen at issue; the PDF is derived from it and may be made again."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="certificates")
    year = models.PositiveSmallIntegerField(help_text=_("Of the local date of issue."))
    serial = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(_("number"), max_length=24)
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=CertificateStatus, default=CertificateStatus.ISSUED)
    data = models.JSONField()
    issued = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.FileField(upload_to="certificates/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text=_("Why the PDF could not be made, last time."))
    revoked = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["region", "-year", "-serial", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "serial", "version"], name="certificate_numbered_once"),
            models.UniqueConstraint(fields=["number", "version"], name="certificate_number_once_anywhere"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(status__in=LIVE), name="certificate_live_once_for_enrolment"
            ),
            models.CheckConstraint(condition=Q(serial__gte=1), name="certificate_serial_counts_from_one"),
            models.CheckConstraint(condition=Q(status__in=CertificateStatus.values), name="certificate_status_known"),
            models.CheckConstraint(
                condition=~Q(status=CertificateStatus.READY)
                | (~Q(sha256="") & ~Q(file="") & Q(rendered__isnull=False)),
                name="certificate_ready_has_its_file",
            ),
            models.CheckConstraint(
                condition=~Q(status=CertificateStatus.REVOKED) | (Q(revoked__isnull=False) & ~Q(revoked_reason="")),
                name="certificate_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def grouped_code(self) -> str:
        """The verification code as people read it."""
        return code_in_groups(self.code)

    @property
    def verification_path(self) -> str:
        """The address, without host, at which anyone can check this certificate."""
        query = urlencode({"nummer": self.number, "kod": self.code})
        return f"{reverse('certificates:verify')}?{query}"
