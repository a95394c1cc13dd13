"""What is handed out: files and links of a module or of one session."""

from urllib.parse import urlsplit
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Module
from common.models import BaseModel
from sessions.models.meetings import CohortSession
from sessions.querysets import MaterialQuerySet


class Material(BaseModel):
    """A file or a link, of a module (for every cohort) or of one session.

    Those who take part see it from `visible_from` on, a local day; at once without one. The file has a random name in
    the storage, which several rows may share (a copied cohort), and is handed out by a view that asks who wants it.
    """

    title = models.CharField(_("title"), max_length=120)
    module = models.ForeignKey(Module, null=True, blank=True, on_delete=models.CASCADE, related_name="materials")
    session = models.ForeignKey(
        CohortSession, null=True, blank=True, on_delete=models.CASCADE, related_name="materials"
    )
    file = models.FileField(_("file"), upload_to="materials/", max_length=120, blank=True)
    filename = models.CharField(_("file name"), max_length=150, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    visible_from = models.DateField(_("visible from"), null=True, blank=True)
    shared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    may_change: bool  # annotated by MaterialQuerySet.with_rights_of

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(module__isnull=False, session=None) | Q(module=None, session__isnull=False),
                name="material_of_a_module_or_a_session",
            ),
            models.CheckConstraint(
                condition=(~Q(file="") & Q(url="", size__isnull=False)) | (Q(file="") & ~Q(url="")),
                name="material_is_a_file_or_a_link",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def goes_with(self, session: CohortSession) -> bool:
        """Whether it is handed out at the session: its own, or that of any version of its module."""
        if self.module:
            return self.module.identity == session.module.identity
        return self.session_id == session.pk

    @property
    def host(self) -> str:
        """Where a link leads, as the browser will read it."""
        return urlsplit(self.url).hostname or ""

    @property
    def ending(self) -> str:
        """What a file's name ends with: "pdf"."""
        return self.filename.rpartition(".")[2]

    @property
    def place(self) -> CohortSession | Module:
        """What it goes with."""
        place = self.module or self.session
        assert place is not None  # noqa: S101 -- a constraint says so
        return place

    @property
    def region_id(self) -> UUID:
        place = self.place
        programme = place.programme if isinstance(place, Module) else place.cohort.programme
        return programme.region_id
