"""Programmes, their modules, the cohorts that follow them, and how seats are shared among municipalities."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.choices import CohortStatus, Effect, Fact
from cohorts.querysets import CohortQuerySet, ModuleQuerySet, ProgrammeQuerySet
from cohorts.rules import eligibility_in_words
from common.models import BaseModel
from common.validators import validate_https
from regions.models import Municipality, Region

IS_HTTPS = Q(evaluation_url="") | Q(evaluation_url__startswith="https://")


class Programme(BaseModel):
    """A list of modules that leads to a certificate. The shipped introduction programme has nine."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="programmes")
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    modules_required = models.PositiveSmallIntegerField(
        _("modules required"),
        validators=[MinValueValidator(1)],
        help_text=_("A certificate is issued to those who have earned at least this many modules."),
    )
    default_capacity = models.PositiveSmallIntegerField(
        _("seats in a cohort"), default=25, validators=[MinValueValidator(1)]
    )
    default_start = models.TimeField(_("sessions begin at"), default="09:00")
    version = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text=_("The version of its modules that new cohorts follow.")
    )
    draft_required = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("How many modules the next version requires, while it is a draft; empty where there is none."),
    )
    archived = models.DateTimeField(null=True, blank=True, help_text=_("Since then no new cohort can follow it."))
    needs_approval = models.BooleanField(
        _("applications are approved"),
        default=False,
        db_default=False,
        help_text=_("The coordinator approves or rejects each application before it can have a seat."),
    )
    evaluation_url = models.URLField(
        _("address of the evaluation"), blank=True, default="", db_default="", validators=[validate_https]
    )
    issues_by_itself = models.BooleanField(
        _("certificates are issued automatically"),
        default=False,
        db_default=False,
        help_text=_("The portal issues the certificate of whoever has earned it when the cohort is over."),
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["region", "title"], name="programme_title_once_in_region"),
            models.CheckConstraint(condition=Q(modules_required__gte=1), name="programme_requires_a_module"),
            models.CheckConstraint(condition=Q(default_capacity__gte=1), name="programme_offers_a_seat"),
            models.CheckConstraint(condition=Q(draft_required__gte=1), name="programme_draft_requires_a_module"),
            models.CheckConstraint(condition=IS_HTTPS, name="programme_evaluation_by_https"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_draft(self) -> bool:
        """Whether its next version is being worked on."""
        return self.draft_required is not None

    @property
    def draft_version(self) -> int:
        """The number that its next version has or will have."""
        return self.version + 1

    @property
    def current_modules(self) -> models.QuerySet[Module]:
        """The modules that a new cohort follows, in order."""
        return self.modules_of(self.version)

    def modules_of(self, version: int) -> models.QuerySet[Module]:
        """The modules of one of its versions, in order."""
        return self.modules.filter(version=version).order_by("number")


class EligibilityRule(BaseModel):
    """A fact that is asked about those who are enrolled in a programme, and what follows from the answer."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="eligibility_rules")
    fact = models.CharField(_("fact"), max_length=20, choices=Fact)
    effect = models.CharField(_("effect"), max_length=10, choices=Effect)
    months = models.PositiveSmallIntegerField(
        _("months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("At the first session at most so many months may have passed."),
    )
    course = models.CharField(_("course"), max_length=120, blank=True)

    class Meta:
        ordering = ["programme", "fact"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "fact"], name="eligibility_asks_once"),
            models.CheckConstraint(condition=Q(fact__in=Fact.values), name="eligibility_fact_known"),
            models.CheckConstraint(condition=Q(effect__in=Effect.values), name="eligibility_effect_known"),
            models.CheckConstraint(
                condition=Q(effect=Effect.ASK)
                | ~Q(fact__in=[Fact.GRADUATED, Fact.EMPLOYED])
                | Q(months__isnull=False, months__gte=1),
                name="eligibility_limit_of_time",
            ),
            models.CheckConstraint(
                condition=~Q(fact=Fact.PRIOR_COURSE) | ~Q(course=""), name="eligibility_names_a_course"
            ),
        ]

    def __str__(self) -> str:
        return eligibility_in_words(self.fact, self.effect, months=self.months, course=self.course)


class Module(BaseModel):
    """One step of a version of a programme. A participant earns it by attending any session of it, in any cohort.

    A new version of the programme has modules of its own; those that go on are the same for the ledger (`identity`).
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="modules")
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    origin = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
        help_text=_("The same module in the first version that had it; empty if it is that one."),
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=120)
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    hours = models.DecimalField(
        _("hours"), max_digits=4, decimal_places=1, default=7, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    month_offset = models.PositiveSmallIntegerField(_("months after the start"), default=0)
    learning_goals = models.TextField(_("learning goals"), blank=True)
    preparation = models.TextField(_("preparation"), blank=True)
    evaluation_url = models.URLField(
        _("address of the evaluation"), blank=True, default="", db_default="", validators=[validate_https]
    )

    objects = ModuleQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "version", "number"], name="module_number_once_in_version"),
            models.UniqueConstraint(fields=["origin", "version"], name="module_once_in_version"),
            models.CheckConstraint(condition=Q(number__gte=1), name="module_number_counts_from_one"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="module_hours_positive"),
            models.CheckConstraint(condition=IS_HTTPS, name="module_evaluation_by_https"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def identity(self) -> UUID:
        """What the versions of one module have in common: to attend one of them is to attend it."""
        return self.origin_id or self.pk


class Cohort(BaseModel):
    """A group that follows a programme together. `capacity` holds under any concurrency: see participants.actions."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="cohorts"
    )
    name = models.CharField(_("name"), max_length=80)
    capacity = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    applications_open = models.DateField(_("applications open"))
    applications_close = models.DateField(_("last day of application"))
    release_date = models.DateField(
        _("release date"),
        null=True,
        blank=True,
        help_text=_("From this day on, seats that a municipality has not used go to the common pool."),
    )
    status = models.CharField(_("status"), max_length=10, choices=CohortStatus, default=CohortStatus.DRAFT)
    published = models.DateTimeField(null=True, blank=True)
    programme_version = models.PositiveSmallIntegerField(default=1, db_default=1)
    modules_required = models.PositiveSmallIntegerField(
        _("modules required"),
        null=True,
        blank=True,
        help_text=_("Set when the programme's rule changes afterwards: the cohort keeps the one it began with."),
    )
    evaluation_url = models.URLField(
        _("address of the evaluation"), blank=True, default="", db_default="", validators=[validate_https]
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-applications_close", "name"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="cohort_name_once_in_programme"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="cohort_has_a_seat"),
            models.CheckConstraint(condition=Q(modules_required__gte=1), name="cohort_requires_a_module"),
            models.CheckConstraint(condition=IS_HTTPS, name="cohort_evaluation_by_https"),
            models.CheckConstraint(
                condition=Q(applications_close__gte=F("applications_open")), name="cohort_application_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status=CohortStatus.DRAFT, published__isnull=True)
                | (Q(status__in=[CohortStatus.PUBLISHED, CohortStatus.ARCHIVED]) & Q(published__isnull=False)),
                name="cohort_published_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def region(self) -> Region:
        return self.programme.region

    @property
    def modules(self) -> models.QuerySet[Module]:
        """The modules of the version that the cohort follows, in order."""
        return Module.objects.filter(programme=self.programme_id, version=self.programme_version).order_by("number")

    @property
    def required(self) -> int:
        """How many modules a certificate takes in this cohort."""
        return self.modules_required or self.programme.modules_required

    @property
    def is_published(self) -> bool:
        return self.status == CohortStatus.PUBLISHED

    def is_open_for_application(self, today: date) -> bool:
        """Whether managers may enrol on `today`, a local date."""
        return self.is_published and self.applications_open <= today <= self.applications_close


class SeatAllocation(BaseModel):
    """Seats kept for one municipality. What is not allocated is the common pool."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="seat_allocations")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="seat_allocations")
    seats = models.PositiveSmallIntegerField(_("seats"))

    class Meta:
        ordering = ["municipality__name"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "municipality"], name="seats_allocated_once"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="seats_allocated_are_some"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.seats}"
