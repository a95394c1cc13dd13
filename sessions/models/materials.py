"""What is handed out: files and links of a module or of one session."""

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
    url = models.URLField(_("link"), blank=True)
    visible_from = models.DateField(_("visible from"), null=True, blank=True)
    shared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

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
