"""What is handed out where, as one person sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from sessions.models import CohortSession, Material
from sessions.querysets import MaterialQuerySet
from sessions.rules.materials import is_waiting


@dataclass(frozen=True)
class Item:
    """A file or a link on a shelf. `waits`: those who take part don't see it yet."""

    material: Material
    waits: bool
    may_change: bool


@dataclass(frozen=True)
class Shelf:
    """What goes with one session: its own material and its module's. `may_share`: she may put something there, as those
    may who keep the session's register.
    """

    session: CohortSession
    items: list[Item]
    may_share: bool


def shelf_of(session: CohortSession, user: User, *, today: date) -> Shelf:
    """The shelf of one session that `user` sees. `today` is a local date."""
    return shelves_of([session], user, today=today)[0]


def shelves_of(sessions: Iterable[CohortSession], user: User, *, today: date) -> list[Shelf]:
    """The shelves of sessions that `user` sees, in two queries however many there are.

    Each needs its `module` and its cohort's programme loaded; otherwise it costs queries of its own.
    """
    sessions = list(sessions)
    these = CohortSession.objects.filter(pk__in=[session.pk for session in sessions])
    items = items_of(Material.objects.visible_to(user, today=today).of_sessions(these), user, today=today)
    regions = user.coordinated_region_ids
    keeps = {session.pk for session in sessions if session.cohort.programme.region_id in regions}
    if len(keeps) < len(sessions):
        keeps |= set(these.shareable_by(user).values_list("pk", flat=True))
    return [
        Shelf(
            session,
            [item for item in items if item.material.goes_with(session)],
            may_share=session.pk in keeps,
        )
        for session in sessions
    ]


def items_of(materials: MaterialQuerySet, user: User, *, today: date) -> list[Item]:
    """Material that `user` sees, in order of title, in one query."""
    return [
        Item(
            material,
            waits=is_waiting(material.visible_from, today=today),
            may_change=material.may_change,
        )
        for material in materials.with_rights_of(user).select_related("module")
    ]
