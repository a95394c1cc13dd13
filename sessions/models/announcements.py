"""What a coordinator writes to those of a cohort."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from common.characters import HIDDEN, HIDDEN_OR_BREAK
from common.clock import local_date
from common.models import BaseModel
from messaging.texts.names import Names
from messaging.texts.text import LONGEST_SUBJECT_KEPT, Wording
from messaging.texts.words import Words, said
from participants.placeholders import COHORT, PROGRAMME
from sessions.choices import Audience
from sessions.models.materials import Material
from sessions.models.meetings import CohortSession
from sessions.placeholders import DATE, RECEIVER, TITLE, of_announcement
from sessions.querysets import AnnouncementQuerySet


class Announcement(BaseModel):
    """A message to those who take part in a cohort, to their managers, or both. Until it is `sent` it is a draft.

    `people` is to how many it was sent. It may be about one session, whose time and place it then says, and bring along
    a file or link of the cohort's material.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="announcements")
    session = models.ForeignKey(
        CohortSession, null=True, blank=True, on_delete=models.SET_NULL, related_name="announcements"
    )
    audience = models.CharField(_("to whom"), max_length=20, choices=Audience)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT_KEPT)
    body = models.TextField(_("text"))
    material = models.ForeignKey(Material, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="announcement_audience_known"),
            models.CheckConstraint(
                condition=Q(sent=None, people=None) | Q(sent__isnull=False, people__gte=1),
                name="announcement_sent_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(subject__regex=HIDDEN_OR_BREAK) & ~Q(body__regex=HIDDEN),
                name="announcement_hides_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.words.subject

    @property
    def wording(self) -> Wording:
        return Wording(self.subject, self.body)

    @property
    def words(self) -> Words:
        """How it reads, with the first name of whoever reads it as [first name]. It comes `with_details`."""
        somebody = f"[{RECEIVER.name}]".replace("_", " ")
        return said(self.wording, self.values | {RECEIVER.key: somebody}, language=get_language())

    @property
    def values(self) -> dict[str, object]:
        """What its placeholders stand for, whoever reads it. It comes `with_details`."""
        found: dict[str, object] = {COHORT.key: self.cohort.name, PROGRAMME.key: self.cohort.programme.title}
        if self.session:
            found |= {TITLE.key: self.session.module.title, DATE.key: local_date(self.session.starts)}
        return found

    @property
    def handed_out(self) -> date | None:
        """The local day from which those who take part see what goes along; None: at once, or there is nothing."""
        return self.material.visible_from if self.material else None

    @property
    def shown(self) -> Wording:
        """Its words as they are written in the active language."""
        return Names.of(of_announcement(about_a_session=True)).shown(self.wording)
