"""Enrolments in cohorts, their history, and the offers that are made to those who wait."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort, Programme
from common.models import BaseModel
from participants.choices import ACTIVE, Degree, EnrolmentStatus, EventKind, OfferAnswer
from participants.models.people import Employment, Participant
from participants.querysets import EnrolmentEventQuerySet, EnrolmentQuerySet, OfferQuerySet
from participants.rules.seats import last_minute
from regions.models import Municipality


class Enrolment(BaseModel):
    """A person's place in a cohort, for the employer she had at the time."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    # The cohort's programme again, because a constraint can't look through a relation.
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="enrolments")
    # The employment's municipality at the time: seats and tenancy count by it, also after a change of employer.
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="enrolments")
    manager = models.ForeignKey(
        User,
        verbose_name=_("manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="enrolments_managed",
    )
    status = models.CharField(_("status"), max_length=10, choices=EnrolmentStatus)
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    applied = models.DateTimeField(_("applied"))
    # What the employer stated, as far as the programme's rules of eligibility ask for it.
    degree = models.CharField(_("degree"), max_length=20, choices=Degree, blank=True, default="", db_default="")
    graduated = models.DateField(_("date of the degree"), null=True, blank=True)
    prior_courses = models.CharField(_("earlier courses"), max_length=200, blank=True, default="", db_default="")
    warnings = models.JSONField(
        default=list, db_default=[], blank=True, help_text=_("What the rules warned about, and the employer accepted.")
    )
    continues = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="continued_by",
        help_text=_("The enrolment whose seat or place in the programme this one took over."),
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["applied", "id"]
        indexes = [models.Index(fields=["cohort", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "programme"],
                condition=Q(status__in=ACTIVE),
                name="enrolment_active_once_in_programme",
            ),
            models.UniqueConstraint(fields=["participant", "cohort"], name="enrolment_once_in_cohort"),
            models.CheckConstraint(condition=Q(status__in=EnrolmentStatus.values), name="enrolment_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} – {self.cohort}"


class EnrolmentEvent(BaseModel):
    """One dated step in an enrolment's history: append-only, shown on the person's timeline.

    `status` is what it became, empty if that stayed as it was. `municipality` is the employer it concerns: a manager
    sees the steps of hers, also after a change of employer. Nobody did what has no `by`: the portal did.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EventKind, default=EventKind.APPLIED, db_default=EventKind.APPLIED)
    status = models.CharField(max_length=10, choices=EnrolmentStatus, blank=True)
    municipality = models.ForeignKey(Municipality, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = EnrolmentEventQuerySet.as_manager()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_kind_display()}"


class Offer(BaseModel):
    """A free seat, offered to the manager of someone who waits until `expires`; `answer` is empty while it is open.

    The enrolment is `offered` exactly as long as it has an open offer, and holds the seat.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="offers")
    made = models.DateTimeField()
    expires = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=OfferAnswer, blank=True, default="")
    answered = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-made", "id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment"], condition=Q(answer=""), name="offer_open_once"),
            models.CheckConstraint(condition=Q(answer__in=["", *OfferAnswer.values]), name="offer_answer_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered=None) | (~Q(answer="") & Q(answered__isnull=False)),
                name="offer_answered_at_a_time",
            ),
            models.CheckConstraint(condition=Q(expires__gt=F("made")), name="offer_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.get_answer_display()}"

    @property
    def answer_by(self) -> datetime:
        """The last minute in which it can be answered: at a midnight people would not know which day is meant."""
        return last_minute(self.expires)
