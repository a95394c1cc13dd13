from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self, cast

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce

from participants.models import Enrolment
from sessions.querysets.conditions import NOT_A_DRAFT
from sessions.querysets.meetings import CohortSessionQuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.models import Module
    from sessions.models import Material


class MaterialQuerySet(models.QuerySet["Material"]):
    def visible_to(self, user: User, *, today: date) -> Self:
        """Her regions' as coordinator, that of the sessions she teaches, and from its day on of those she attends.

        `today` is a local date.
        """
        sessions = self._sessions()
        attended = Enrolment.objects.taking_part().filter(participant__user=user)
        hers = sessions.filter(NOT_A_DRAFT, cohort__in=attended.values("cohort"))
        handed_out = Q(visible_from=None) | Q(visible_from__lte=today)
        coordinated = Q(module__programme__region__in=user.coordinated_region_ids) | Q(
            session__cohort__programme__region__in=user.coordinated_region_ids
        )
        return self._with_identity().filter(coordinated | _of(sessions.taught_by(user)) | (handed_out & _of(hers)))

    def changeable_by(self, user: User) -> Self:
        """Her regions' as coordinator; as lecturer that of the sessions she teaches, not that of their modules."""
        return self.filter(self._changeable_by(user))

    def with_rights_of(self, user: User) -> Self:
        """Annotate `may_change`, whether `changeable_by` would let it through."""
        return self.annotate(may_change=Case(When(self._changeable_by(user), then=True), default=False))

    def _changeable_by(self, user: User) -> Q:
        coordinated = Q(module__programme__region__in=user.coordinated_region_ids)
        return coordinated | Q(session__in=self._sessions().shareable_by(user))

    def of_sessions(self, sessions: CohortSessionQuerySet) -> Self:
        """What is handed out at these sessions, also what goes with their modules."""
        return self._with_identity().filter(_of(sessions))

    def of_module(self, module: Module) -> Self:
        """What goes with the module, whichever of its versions it was given to."""
        return self._with_identity().filter(identity=module.identity)

    def _with_identity(self) -> Self:
        """With `identity`, what the versions of its module have in common; None for material of a session."""
        return self.alias(identity=Coalesce("module__origin", "module"))

    def _sessions(self) -> CohortSessionQuerySet:
        related = self.model._meta.get_field("session").related_model
        return cast(CohortSessionQuerySet, related._default_manager.all())


def _of(sessions: CohortSessionQuerySet) -> Q:
    """Material of these sessions or of any version of their modules, by subqueries: a join would repeat it."""
    identities = sessions.values_list(Coalesce("module__origin", "module"))
    return Q(session__in=sessions.values("pk")) | Q(identity__in=identities)
