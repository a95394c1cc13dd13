"""What is sent before and after the sessions of a region, a programme or a cohort."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort, Programme
from common.models import BaseModel
from messaging.choices import Channel
from regions.models import Region
from sessions.choices import StepKind, Unit
from sessions.querysets import MessagePlanQuerySet, PlanStepQuerySet
from sessions.rules.plans import Timing


class MessagePlan(BaseModel):
    """A decision about the messages of one cohort, programme or region, for all versions of a programme.

    Where none is stored, or one that `follows` since then, the next level's holds: the cohort's programme's, the
    programme's region's, and last the portal's standard (sessions.rules.plans). Read through sessions.plans.reading.
    """

    region = models.OneToOneField(Region, null=True, blank=True, on_delete=models.CASCADE, related_name="message_plan")
    programme = models.OneToOneField(
        Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="message_plan"
    )
    cohort = models.OneToOneField(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="message_plan")
    follows = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when it has no steps of its own, and the next level's plan holds.")
    )

    objects = MessagePlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False, programme=None, cohort=None)
                | Q(region=None, programme__isnull=False, cohort=None)
                | Q(region=None, programme=None, cohort__isnull=False),
                name="message_plan_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.owner)

    @property
    def owner(self) -> Region | Programme | Cohort:
        """Whose plan it is."""
        owner = self.cohort or self.programme or self.region
        assert owner is not None  # noqa: S101 -- a constraint says so
        return owner


class PlanStep(BaseModel):
    """One message of a plan: what is sent, how far from each session, and which way.

    What would have been due before `since` is not made up for: who reads the plan then knows what it begins with.
    """

    plan = models.ForeignKey(MessagePlan, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("message"), max_length=12, choices=StepKind)
    amount = models.PositiveSmallIntegerField(_("how long before or after"))
    unit = models.CharField(_("unit"), max_length=5, choices=Unit)
    clock = models.TimeField(_("at"), null=True, blank=True, help_text=_("By the wall clock; of days, not of hours."))
    channel = models.CharField(_("sent as"), max_length=10, choices=Channel, default=Channel.EMAIL)
    since = models.DateTimeField(null=True, blank=True)

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "created", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "amount", "unit", "channel"], name="plan_step_once"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="plan_step_kind_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="plan_step_channel_known"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="plan_step_is_apart_from_the_session"),
            models.CheckConstraint(
                condition=Q(unit=Unit.DAYS, clock__isnull=False) | Q(unit=Unit.HOURS, clock=None),
                name="plan_step_days_have_a_clock",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.SMS) | Q(kind=StepKind.REMINDER), name="plan_step_sms_is_short"
            ),
            models.CheckConstraint(
                condition=~Q(kind=StepKind.PREPARATION) | Q(unit=Unit.DAYS), name="plan_step_leaves_time_to_prepare"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.timing.distance}"

    @property
    def timing(self) -> Timing:
        """What it says, as the rules want it."""
        return Timing(StepKind(self.kind), self.amount, Unit(self.unit), self.clock, Channel(self.channel))
