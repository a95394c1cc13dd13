from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from participants.choices import SEATED, TAKING_PART, EnrolmentStatus

if TYPE_CHECKING:
    from accounts.models import User
    from participants.models import Employment, Enrolment, Import, Participant


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> Self:
        """People of her regions as coordinator, those enrolled from her municipalities as manager, herself."""
        return self.filter(
            Q(region__in=user.coordinated_region_ids)
            | Q(enrolments__municipality__in=user.managed_municipality_ids)
            | Q(user=user)
        ).distinct()


class EmploymentQuerySet(models.QuerySet["Employment"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, her municipalities' as manager, else her own."""
        return self.filter(
            Q(participant__region__in=user.coordinated_region_ids)
            | Q(municipality__in=user.managed_municipality_ids)
            | Q(participant__user=user)
        )

    def on(self, day: date) -> Self:
        """Employments that cover `day`, a local date."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> Self:
        """Her regions' as coordinator, her municipalities' as manager, else her own."""
        return self.filter(
            Q(cohort__programme__region__in=user.coordinated_region_ids)
            | Q(municipality__in=user.managed_municipality_ids)
            | Q(participant__user=user)
        )

    def with_people(self) -> Self:
        """Load what a list of people shows, in one query."""
        return self.select_related("participant", "municipality", "employment", "cohort__programme__region", "manager")

    def seated(self) -> Self:
        return self.filter(status__in=SEATED)

    def taking_part(self) -> Self:
        return self.filter(status__in=TAKING_PART)

    def waiting_in_order(self) -> Self:
        """The waiting list of each cohort: first come, first served."""
        return self.filter(status=EnrolmentStatus.WAITING).order_by("applied", "id")

    def ahead_of(self, enrolment: Enrolment) -> Self:
        """Those before `enrolment` on its cohort's waiting list."""
        return self.filter(cohort=enrolment.cohort_id, status=EnrolmentStatus.WAITING).filter(
            Q(applied__lt=enrolment.applied) | Q(applied=enrolment.applied, id__lt=enrolment.pk)
        )

    def search(self, words: str) -> Self:
        """Those in whose name, e-mail address or reference each of `words` is found."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(participant__first_name__icontains=word)
                | Q(participant__last_name__icontains=word)
                | Q(participant__email__icontains=word)
                | Q(reference__iexact=word)
            )
        return found

    def status_counts(self) -> dict[str, int]:
        """How many there are of each status that occurs."""
        return dict(self.order_by().values_list("status").annotate(Count("pk")))


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> Self:
        """Only her own: an upload holds names that no one else has asked for."""
        return self.filter(uploaded_by=user)

    def older_than(self, moment: datetime) -> Self:
        """Uploaded before `moment`."""
        return self.filter(created__lt=moment)
