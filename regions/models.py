"""Regions, which run programmes, and the municipalities of Sweden."""

from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import BaseModel
from regions.choices import WaitingListOrder
from regions.querysets import MunicipalityQuerySet, RegionQuerySet


class Region(BaseModel):
    """An association of municipalities that runs programmes. Everything belongs to one; no one sees another's."""

    code = models.CharField(
        _("code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,6}$", _("Two to six capital letters, A to Z."))],
        help_text=_("Begins every certificate number, for example SK-2026-0001."),
    )
    name = models.CharField(_("name"), max_length=100, unique=True)
    contact_email = models.EmailField(_("contact e-mail"))
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    signatory_name = models.CharField(_("signatory"), max_length=100)
    signatory_title = models.CharField(_("signatory's title"), max_length=100)
    seat = models.CharField(
        _("place of issue"), max_length=60, help_text=_("Printed on certificates, for example Lund.")
    )
    logo = models.ImageField(
        _("logo"),
        upload_to="regions/",
        blank=True,
        validators=[FileExtensionValidator(["png"])],
        help_text=_("A PNG picture on a white or transparent ground."),
    )
    primary_colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#0B5563",
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$", _("A colour such as #0B5563."))],
    )
    winter_break_week = models.PositiveSmallIntegerField(
        _("week of the winter break"),
        null=True,
        blank=True,
        validators=[MinValueValidator(7), MaxValueValidator(10)],
        help_text=_("Schools close for a week between week 7 and week 10; the planner warns about that week."),
    )

    waiting_list_order = models.CharField(
        _("order of the waiting list"),
        max_length=10,
        choices=WaitingListOrder,
        default=WaitingListOrder.QUOTA,
        db_default=WaitingListOrder.QUOTA,
    )
    offer_days = models.PositiveSmallIntegerField(
        _("days to answer an offer"),
        default=5,
        db_default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("A free seat is offered to the next who waits. Their manager has so many days to answer."),
    )
    offers_stop_days = models.PositiveSmallIntegerField(
        _("no offers in the last days before the start"),
        default=3,
        db_default=3,
        validators=[MaxValueValidator(60)],
        help_text=_("So many days before the first session the portal stops offering seats by itself."),
    )
    late_withdrawal_days = models.PositiveSmallIntegerField(
        _("late withdrawal, days before the start"),
        default=14,
        db_default=14,
        validators=[MaxValueValidator(90)],
        help_text=_("From so many days before the first session on, a withdrawal is late and needs a reason."),
    )
    unmarked_days = models.PositiveSmallIntegerField(
        _("days until an unmarked register is reported"),
        default=3,
        db_default=3,
        validators=[MinValueValidator(2), MaxValueValidator(30)],
        help_text=_(
            "The morning after a session its lecturers are asked to mark attendance. If they haven't after so many "
            "days, the coordinators are told."
        ),
    )

    sms_parts_per_month = models.PositiveIntegerField(
        _("SMS a month, at most"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(100_000)],
        help_text=_("Counted in parts: an SMS is one for every 160 characters or so. With 0 none are sent."),
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Municipality(BaseModel):
    """One of Sweden's 290 municipalities. `code` is Statistics Sweden's (SCB), text because it may begin with 0."""

    code = models.CharField(_("municipality code"), max_length=4, unique=True)
    name = models.CharField(_("name"), max_length=60)
    county_code = models.CharField(_("county code"), max_length=2)
    county_name = models.CharField(_("county"), max_length=40)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="municipalities"
    )
    population = models.PositiveIntegerField(
        _("population"), null=True, blank=True, help_text=_("By which seats can be shared out.")
    )

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "municipalities"
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{4}$"), name="municipality_code_four_digits")
        ]

    def __str__(self) -> str:
        return self.name
