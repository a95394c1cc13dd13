"""Where sessions are held."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import BaseModel
from regions.models import Region
from sessions.querysets import VenueQuerySet


class Venue(BaseModel):
    """A place where sessions are held.

    One that has been used is archived, not deleted: its sessions keep it, forms don't offer it any more.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=200)
    town = models.CharField(_("town"), max_length=60)
    map_url = models.URLField(_("map link"), blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    access_notes = models.TextField(_("accessibility of the venue"), blank=True)
    contact_name = models.CharField(_("contact person"), max_length=100, blank=True, default="", db_default="")
    contact_email = models.EmailField(_("the contact person's e-mail"), blank=True, default="", db_default="")
    contact_phone = models.CharField(
        _("the contact person's phone"), max_length=30, blank=True, default="", db_default=""
    )
    booking_notes = models.CharField(_("how it is booked"), max_length=300, blank=True, default="", db_default="")
    archived = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = VenueQuerySet.as_manager()

    class Meta:
        ordering = ["town", "name"]
        constraints = [models.UniqueConstraint(fields=["region", "name", "town"], name="venue_once_in_region")]

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"

    @property
    def in_full(self) -> str:
        """The name with the whole address."""
        return f"{self.name}, {self.address}, {self.town}"
