"""What a new cohort may take over from an earlier one: who teaches what and where, texts, links and material."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.models import Cohort, Module
from common.clock import STOCKHOLM
from sessions.models import CohortSession
from sessions.rules.rhythms import Rhythm, rhythm_of


@dataclass(frozen=True)
class Earlier:
    """A cohort with its sessions by what its modules are in every version of the programme; cancelled ones left out.

    `materials` says how many belong to a session, by its key.
    """

    cohort: Cohort
    sessions: Mapping[UUID, CohortSession]
    materials: Mapping[UUID, int]

    def session_of(self, module: Module) -> CohortSession | None:
        """The session to follow in a new one of `module`; None if the module is new."""
        return self.sessions.get(module.identity)

    @property
    def days(self) -> list[date]:
        """When it met, in order."""
        return sorted(session.day for session in self.sessions.values())

    @property
    def rhythm(self) -> Rhythm | None:
        """How its dates followed each other, if that can be seen."""
        return rhythm_of(self.days)

    @property
    def starts(self) -> time | None:
        """When most of its sessions began, by the wall clock."""
        clocks = Counter(clock_of(session) for session in self.sessions.values())
        return clocks.most_common(1)[0][0] if clocks else None

    @property
    def standing_link(self) -> str:
        """The link that all its online sessions shared; a link of one session alone was made for that session."""
        links = Counter(session.online_url for session in self.sessions.values() if session.online_url)
        return next((link for link, times in links.items() if times > 1 and len(links) == 1), "")


def earlier_cohort(cohort: Cohort) -> Earlier:
    """Read `cohort`, which the user coordinates, with what its sessions have, in two queries."""
    sessions: QuerySet[Any] = (
        CohortSession.objects.held_or_planned()
        .filter(cohort=cohort)
        .select_related("cohort__programme", "module", "venue")
        .prefetch_related("lecturers")
        .annotate(material_count=Count("materials"))
        .order_by("-starts")  # of two sessions of one module the first is followed
    )
    return Earlier(
        cohort,
        {session.module.identity: session for session in sessions},
        materials={session.pk: session.material_count for session in sessions},
    )


def taken_over(earlier: Earlier, modules: Sequence[Module]) -> tuple[list[str], list[str]]:
    """What a new cohort of these modules takes over, and what it doesn't, as sentences without a full stop."""
    followed = [session for module in modules if (session := earlier.session_of(module))]
    places = sum(1 for session in followed if session.venue or session.lecturers.all())
    texts = sum(1 for session in followed if session.information)
    materials = sum(earlier.materials[session.pk] for session in followed)
    online = sum(1 for session in followed if session.online_url)
    taken = [_("Programme, seats, seats per municipality and start times")]
    if places:
        taken.append(
            ngettext("Lecturers and venue of %(count)d module", "Lecturers and venues of %(count)d modules", places)
            % {"count": places}
        )
    if texts:
        taken.append(
            ngettext("Practical information of %(count)d session", "Practical information of %(count)d sessions", texts)
            % {"count": texts}
        )
    if materials:
        taken.append(
            ngettext("%(count)d course material", "%(count)d course materials", materials) % {"count": materials}
        )
    left = [
        _("%(module)s: new in the programme, so there is nothing to take over") % {"module": module}
        for module in modules
        if earlier.session_of(module) is None
    ]
    if online and earlier.standing_link:
        taken.append(_("The link to online sessions"))
    elif online:
        left.append(_("The links to online sessions: each session had its own"))
    return taken, left


def clock_of(session: CohortSession) -> time:
    """When a session begins, by the wall clock."""
    return session.starts.astimezone(STOCKHOLM).time()
