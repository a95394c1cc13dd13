"""A programme's title, description and defaults: what all its versions share."""

from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Self

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.actions.editing import locked, require_coordinator
from cohorts.exceptions import ChangedMeanwhile, TitleTaken
from cohorts.models import Programme
from common.fingerprints import fingerprint
from common.locking import lock
from regions.models import Region


@dataclass(frozen=True)
class ProgrammeDetails:
    """What is known of a programme beside its modules. `default_start` is local time."""

    title: str
    description: str
    default_capacity: int
    default_start: time
    evaluation_url: str = ""

    @classmethod
    def of(cls, programme: Programme) -> Self:
        """The details as they are stored."""
        return cls(
            title=programme.title,
            description=programme.description,
            default_capacity=programme.default_capacity,
            default_start=programme.default_start,
            evaluation_url=programme.evaluation_url,
        )

    @property
    def fingerprint(self) -> str:
        """Tells whether they are what somebody saw."""
        return fingerprint(self)


@transaction.atomic
def add_programme(*, region: Region, details: ProgrammeDetails, by: User, now: datetime) -> Programme:
    """Add a programme that has no modules yet.

    Raises ProgrammeRefused if `by` doesn't coordinate the region, and TitleTaken.
    """
    region = lock(region)
    require_coordinator(by, region.pk)
    _refuse_taken_title(region, details.title)
    programme = Programme.objects.create(region=region, modules_required=1, **asdict(details))
    record("programme.added", programme, by=by, now=now, scope=region.pk, after=asdict(details))
    return programme


@transaction.atomic
def change_programme(
    *, programme: Programme, details: ProgrammeDetails, seen: str, by: User, now: datetime
) -> Programme:
    """Replace the details. `seen` is the fingerprint of those that `by` was looking at.

    Saving what is already so changes nothing. Raises ProgrammeRefused if `by` doesn't coordinate the region,
    ChangedMeanwhile if someone else was first, and TitleTaken.
    """
    region = lock(programme.region)
    programme = locked(programme, by=by)
    before = ProgrammeDetails.of(programme)
    if before.fingerprint != seen:
        raise ChangedMeanwhile(_("Someone else has changed the programme since you opened the page."))
    _refuse_taken_title(region, details.title, besides=programme)
    if before == details:
        return programme
    for field, value in asdict(details).items():
        setattr(programme, field, value)
    programme.save(update_fields=list(asdict(details)))
    record(
        "programme.changed",
        programme,
        by=by,
        now=now,
        scope=region.pk,
        before=asdict(before),
        after=asdict(details),
    )
    return programme


def _refuse_taken_title(region: Region, title: str, besides: Programme | None = None) -> None:
    namesake = Programme.objects.filter(region=region, title=title).first()
    if namesake and namesake != besides:
        raise TitleTaken(_("The region already has a programme with this title."))
