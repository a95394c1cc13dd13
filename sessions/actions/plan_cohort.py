"""A new cohort: its details, its seats and all its sessions, as a draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.actions.seats import set_seats
from cohorts.models import Cohort, Module, Programme
from cohorts.rules import refusal_of_seats
from common.locking import lock
from regions.models import Municipality
from sessions.actions.publish_cohort import publish_cohort
from sessions.actions.scope import require_coordinator, require_same_region
from sessions.exceptions import PlanningRefused
from sessions.models import CohortSession, Lecturer, Material, Venue


@dataclass(frozen=True)
class CohortDetails:
    """What is known of a cohort beside its sessions. `seats` are those kept for municipalities. Dates are local."""

    name: str
    capacity: int
    applications_open: date
    applications_close: date
    release_date: date | None = None
    seats: Mapping[Municipality, int] = field(default_factory=dict)
    evaluation_url: str = ""

    def as_fields(self) -> dict[str, object]:
        """The values of the cohort's own fields."""
        return {
            "name": self.name,
            "capacity": self.capacity,
            "applications_open": self.applications_open,
            "applications_close": self.applications_close,
            "release_date": self.release_date,
            "evaluation_url": self.evaluation_url,
        }

    def as_recorded(self) -> dict[str, object]:
        """What the log keeps."""
        return self.as_fields() | {"seats": {municipality.code: seats for municipality, seats in self.seats.items()}}


@dataclass(frozen=True)
class PlannedSession:
    """One session to plan; times are aware. Material of `followed`, an earlier one, is to be handed out here too."""

    module: Module
    starts: datetime
    ends: datetime
    venue: Venue | None = None
    lecturers: Sequence[Lecturer] = ()
    information: str = ""
    online_url: str = ""
    followed: CohortSession | None = None


@transaction.atomic
def plan_cohort(
    *,
    programme: Programme,
    details: CohortDetails,
    sessions: Sequence[PlannedSession],
    by: User,
    now: datetime,
    publish: bool = False,
) -> Cohort:
    """Save a cohort with its sessions and the seats kept for municipalities: a draft, or published at once.

    Locks the programme, so that of two who plan at once under one name the second is refused.
    Raises PlanningRefused if `by` doesn't coordinate the region, if something belongs to another region, if the name
    is taken in the programme, if more seats are kept than there are, if the sessions are not those of the programme's
    current modules (it may have got a new version since they were proposed), or if it is to be published and can't be;
    then nothing is saved.
    """
    programme = lock(programme)
    region = programme.region_id
    require_coordinator(by, region)
    require_same_region(region, *(place.region_id for place in details.seats))
    for session in sessions:
        require_same_region(
            region,
            *(lecturer.region_id for lecturer in session.lecturers),
            *([session.venue.region_id] if session.venue else []),
            *([session.followed.cohort.programme.region_id] if session.followed else []),
        )
    if refusal := refusal_of_seats(capacity=details.capacity, allocated=sum(details.seats.values())):
        raise PlanningRefused(refusal)
    refuse_taken_name(programme, details.name)
    current = {module.pk for module in programme.current_modules}
    if programme.archived or current != {session.module.pk for session in sessions}:
        raise PlanningRefused(_("The programme has changed since you opened the page. Let the dates be proposed anew."))
    cohort = Cohort.objects.create(programme=programme, programme_version=programme.version, **details.as_fields())
    set_seats(cohort, details.seats)
    planned = CohortSession.objects.bulk_create(
        CohortSession(
            cohort=cohort,
            module=session.module,
            starts=session.starts,
            ends=session.ends,
            venue=session.venue,
            information=session.information,
            online_url=session.online_url,
        )
        for session in sessions
    )
    teaching = CohortSession.lecturers.through
    teaching.objects.bulk_create(
        teaching(cohortsession=row, lecturer=lecturer)
        for row, session in zip(planned, sessions, strict=True)
        for lecturer in session.lecturers
    )
    _copy_materials(zip(planned, sessions, strict=True))
    record(
        "cohort.planned",
        cohort,
        by=by,
        now=now,
        scope=region,
        after=details.as_recorded()
        | {
            "sessions": [session.starts.isoformat() for session in sessions],
            "copied_from": next((session.followed.cohort.name for session in sessions if session.followed), ""),
        },
    )
    return publish_cohort(cohort=cohort, by=by, now=now) if publish else cohort


def refuse_taken_name(programme: Programme, name: str, besides: Cohort | None = None) -> None:
    """Raise PlanningRefused if another cohort of the programme has the name."""
    namesake = programme.cohorts.filter(name=name).first()
    if namesake and namesake != besides:
        raise PlanningRefused(_("The programme already has a cohort with this name."))


def _copy_materials(planned: Iterable[tuple[CohortSession, PlannedSession]]) -> None:
    """Hand out the same material, which shares its files, as many days before or after its session as before.

    Locked, so that nothing is copied whose file somebody is removing.
    """
    followers = {session.followed.pk: (row, session.followed) for row, session in planned if session.followed}
    copies = []
    for material in Material.objects.select_for_update().filter(session__in=followers):
        row, followed = followers[material.session_id]  # type: ignore[index]  # the filter wants a session
        copies.append(
            Material(
                session=row,
                title=material.title,
                file=material.file.name,
                filename=material.filename,
                content_type=material.content_type,
                size=material.size,
                url=material.url,
                visible_from=material.visible_from and material.visible_from + (row.day - followed.day),
                shared_by=material.shared_by,
            )
        )
    Material.objects.bulk_create(copies)
