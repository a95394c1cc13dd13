"""The register of certificates. A number is never reused and never missing; a certificate is never deleted."""

from dataclasses import replace
from urllib.parse import urlencode

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.choices import LIVE, CertificateKind, CertificateStatus
from certificates.document import CertificateDocument
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


class Logo(BaseModel):
    """A region's logo as certificates bear it: kept once for them all, whatever becomes of the region's."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256[:16]


class Certificate(BaseModel):
    """One version of a certificate, or of a participation statement: a number has as many rows as it has versions.

    `data` is frozen at issue, all but the logo, which has its own row; the PDF is derived from it and may be made
    again. `seal` is the signature that the file bears, if the region seals: with it the same bytes come about again.
    `upheld` says when a coordinator last let the certificate stand, though attendance had changed since its issue.
    A worker has it until `leased_until`. Nobody issued what has no `issued_by`: the portal did.
    """

    kind = models.CharField(
        _("kind"),
        max_length=11,
        choices=CertificateKind,
        default=CertificateKind.CERTIFICATE,
        db_default=CertificateKind.CERTIFICATE,
    )
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
    logo = models.ForeignKey(Logo, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(upload_to="certificates/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    seal = models.BinaryField(null=True, blank=True)
    rendered = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text=_("Why the PDF could not be made, last time."))
    revoked = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)
    superseded = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    upheld = models.DateTimeField(null=True, blank=True)
    upheld_reason = models.CharField(max_length=300, blank=True, default="", db_default="")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["region", "-year", "-serial", "-version"]
        indexes = [
            models.Index(fields=["sha256"], name="certificate_by_hash"),
            models.Index(fields=["issued"], condition=Q(status=CertificateStatus.ISSUED), name="certificate_to_render"),
        ]
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
            models.CheckConstraint(
                condition=Q(status=CertificateStatus.SUPERSEDED, superseded__isnull=False, superseded_by__isnull=False)
                | (~Q(status=CertificateStatus.SUPERSEDED) & Q(superseded=None, superseded_by=None)),
                name="certificate_superseded_by_another",
            ),
            models.CheckConstraint(condition=~Q(superseded_by=F("id")), name="certificate_not_superseded_by_itself"),
            models.CheckConstraint(condition=Q(version__gte=1), name="certificate_version_counts_from_one"),
            models.CheckConstraint(condition=Q(kind__in=CertificateKind.values), name="certificate_kind_known"),
            models.CheckConstraint(
                condition=Q(upheld=None) | ~Q(upheld_reason=""), name="certificate_upheld_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        """Whether it is issued and neither superseded nor revoked."""
        return self.status in LIVE

    @property
    def document(self) -> CertificateDocument:
        """What it says, with the logo."""
        document = CertificateDocument.from_json(self.data)
        return replace(document, region_logo=bytes(self.logo.content)) if self.logo else document

    @property
    def grouped_code(self) -> str:
        """The verification code as people read it."""
        return code_in_groups(self.code)

    @property
    def verification_path(self) -> str:
        """The address, without host, at which anyone can check this certificate."""
        query = urlencode({"nummer": self.number, "kod": self.code})
        return f"{reverse('certificates:verify')}?{query}"


class FormerFile(BaseModel):
    """The hash of a PDF that people may have, from before it was made again to other bytes: by a newer library."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="former_files")
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "sha256"], name="former_file_once")]

    def __str__(self) -> str:
        return f"{self.certificate} {self.sha256[:16]}"
