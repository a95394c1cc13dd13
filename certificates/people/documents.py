"""What a coordinator should know of certificates: which are in doubt, and what the portal has issued by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.doubts import doubts_about
from certificates.models import Certificate

ANNOUNCED = timedelta(days=7)


@dataclass(frozen=True)
class Notice:
    """How many certificates it is about, and where they are listed; shown like a need of people."""

    label: str | Promise
    tone: str
    icon: str
    count: int
    url: str
    kind: None = None


def notices_of(user: User, *, now: datetime) -> Iterator[Notice]:
    """What there is to know in the regions that `user` coordinates; two queries if no attendance was corrected."""
    if not user.coordinated_region_ids:
        return
    hers = Certificate.objects.visible_to(user).filter(region__in=user.coordinated_region_ids)
    register = reverse("certificates:register")
    if doubts := doubts_about(hers, now=now):
        yield Notice(_("Certificates in doubt"), "error", "award", len(doubts), f"{register}?show=doubt")
    if issued := hers.filter(issued_by=None, issued__gt=now - ANNOUNCED).count():
        label = _("Issued automatically in the last week")
        yield Notice(label, "information", "award", issued, f"{register}?show=automatic")
