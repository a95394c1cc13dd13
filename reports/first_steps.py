"""What a new region needs before anyone can apply: a list with ticks."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from cohorts.models import Cohort, Programme
from sessions.models import Lecturer, Venue


@dataclass(frozen=True)
class Step:
    """One thing to prepare, and where."""

    title: str | Promise
    text: str | Promise
    url: str
    done: bool


def first_steps(user: User) -> list[Step]:
    """What to prepare, in a good order, while no cohort is planned in the regions of `user`; then nothing.

    In five queries.
    """
    if Cohort.objects.visible_to(user).coordinated_by(user).exists():
        return []
    managers = RoleAssignment.objects.visible_to(user).filter(
        role=Role.MANAGER, municipality__region__in=user.coordinated_region_ids
    )
    return [
        Step(
            _("Get a programme"),
            _("Take over the shipped introduction programme: nine modules with themes and learning goals."),
            reverse("cohorts:programmes"),
            Programme.objects.visible_to(user).coordinated_by(user).exists(),
        ),
        Step(
            _("Add a venue"),
            _("With its seats and how accessible it is, so that the plan warns when it is booked or too small."),
            reverse("sessions:new_venue"),
            Venue.objects.visible_to(user).exists(),
        ),
        Step(
            _("Add a lecturer"),
            _("Whoever is in the register can be invited and mark attendance."),
            reverse("sessions:new_lecturer"),
            Lecturer.objects.visible_to(user).coordinated_by(user).exists(),
        ),
        Step(
            _("Invite managers"),
            _("They enrol their own new hires, municipality by municipality."),
            reverse("accounts:invite"),
            managers.exists(),
        ),
        Step(
            _("Plan the first cohort"),
            _("The portal proposes all dates from a first one, past holidays and bookings."),
            reverse("sessions:new_cohort"),
            False,
        ),
    ]
